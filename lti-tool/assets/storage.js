// Login and launch without cookies: keeps the login in the platform's window and reads it back.
"use strict";
(async () => {
  const main = document.querySelector("main");
  const { step, origin, frame, key, value, next } = main.dataset;

  const random = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  // The window that keeps values for tools: it opened or frames this page, or is a named frame in that one.
  const keeper = () => {
    const host = window.opener || window.parent;
    if (!origin || host === window) return null;
    if (frame !== "_parent") {
      try {
        const named = host.frames[frame];
        if (typeof named?.postMessage === "function") return named;
      } catch {
        // A window of another site names its frames and throws for everything else.
      }
    }
    return host;
  };

  // Asks the platform, and believes nobody but that window of that origin, about this very message.
  const ask = (subject, fields, patience) => new Promise((resolve, reject) => {
    const target = keeper();
    if (!target) return reject(new Error("no window keeps values for this page"));
    const message_id = random();
    // The platform's page may not listen yet.
    const send = () => target.postMessage({ subject, message_id, ...fields }, origin);
    const again = setInterval(send, 250);
    const late = setTimeout(() => end(() => reject(new Error("no answer"))), patience);
    const end = (settle) => {
      clearInterval(again);
      clearTimeout(late);
      removeEventListener("message", hear);
      settle();
    };
    const hear = ({ source, origin: sender, data }) => {
      if (source !== target || sender !== origin || data === null || typeof data !== "object") return;
      if (data.message_id !== message_id || data.subject !== `${subject}.response`) return;
      end(() => (data.error ? reject(new Error("refused")) : resolve(data.value)));
    };
    addEventListener("message", hear);
    send();
  });

  // Whether this page may keep a cookie like that of the login; undefined where a page cannot know.
  const cookies = () => {
    try {
      const attributes = "; Path=/; Secure; SameSite=None; Partitioned";
      document.cookie = `lti_probe=1${attributes}`;
      const kept = document.cookie.includes("lti_probe=1");
      document.cookie = `lti_probe=${attributes}; Max-Age=0`;
      return kept;
    } catch {
      return undefined;
    }
  };

  const stuck = () => {
    document.getElementById("wait").hidden = true;
    document.getElementById("stuck").hidden = false;
  };

  if (step === "login") {
    const kept = cookies();
    const stored = ask("lti.put_data", { key, value }, kept ? 1000 : 3000).then(() => true, () => false);
    if ((await stored) || kept !== false) location.replace(next);
    else stuck();
  } else {
    try {
      const found = await ask("lti.get_data", { key }, 3000);
      if (typeof found !== "string" || found === "") throw new Error("nothing is kept under this name");
      // Once read it is over.
      keeper().postMessage({ subject: "lti.put_data", message_id: random(), key, value: null }, origin);
      const form = document.forms[0];
      form.elements.lti_stored_login.value = found;
      form.submit();
    } catch {
      stuck();
    }
  }
})();

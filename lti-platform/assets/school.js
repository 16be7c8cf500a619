// The school's pages work without this script: it adds copy buttons and keeps the trace up to date.
"use strict";

// Copy buttons are in the page, hidden, because without a script they could do nothing.
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  const label = button.textContent;
  button.addEventListener("click", async () => {
    let said = "Copied";
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      // No clipboard on a page without https: select the value, so that a key press copies it.
      const value = button.parentElement.querySelector(".value");
      if (value) window.getSelection().selectAllChildren(value);
      said = "Press Ctrl+C";
    }
    button.textContent = said;
    setTimeout(() => { button.textContent = label; }, 1600);
  });
}

// A login initiation by POST into a frame of this page.
document.querySelector("form[data-submit]")?.requestSubmit();

// A tool that is done asks to be closed.
addEventListener("lti-close", ({ detail }) => {
  const frame = [...document.querySelectorAll("iframe")].find((frame) => frame.contentWindow === detail.source);
  if (frame) frame.closest("section").remove();
  else detail.source.close();
});

// A tool that is registered asks for its page to be closed (LTI Dynamic Registration 1.0, 3.6).
const registering = document.querySelector("[data-registering]");
if (registering) {
  addEventListener("message", (event) => {
    if (event.data?.subject !== "org.imsglobal.lti.close") return;
    if (event.source && event.source !== registering.querySelector("iframe")?.contentWindow) event.source.close?.();
    location.assign(registering.dataset.registering);
  });
}

const trace = document.querySelector("[data-trace]");
if (trace) {
  const status = document.querySelector("[data-trace-status]");
  let version = trace.dataset.trace;

  // Only a change is written: a screen reader reads every change aloud.
  const say = (text) => { if (status.textContent !== text) status.textContent = text; };

  // What the reader opened or closed stays so, and the focus stays where it was.
  const replace = (html) => {
    const open = new Map([...trace.querySelectorAll("details[id]")].map((part) => [part.id, part.open]));
    const focused = trace.contains(document.activeElement) ? document.activeElement.closest("details[id]") : null;
    trace.innerHTML = html;
    for (const part of trace.querySelectorAll("details[id]")) {
      if (open.has(part.id)) part.open = open.get(part.id);
    }
    if (focused) document.getElementById(focused.id)?.querySelector("summary")?.focus({ preventScroll: true });
  };

  const look = async () => {
    if (document.visibilityState === "visible") {
      try {
        const answer = await fetch(`${trace.dataset.traceUrl}?version=${encodeURIComponent(version)}`, { cache: "no-store" });
        if (answer.status === 200) {
          version = answer.headers.get("x-trace-version") ?? version;
          replace(await answer.text());
        }
        say(answer.ok ? "live" : "stopped: reload the page");
      } catch {
        say("the school is not answering");
      }
    }
    setTimeout(look, 1200);
  };
  say("live");
  look();
}

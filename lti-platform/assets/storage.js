// Platform storage: keeps values for the tools that this page frames or opens, in this window's memory.
//
//   <script src=".../storage.js" data-tools="https://tool.example https://other.example"></script>
//
// In an invisible frame the script has the attribute data-frame as well, and says its name in lti.capabilities.
// Only these origins are answered, and each sees what it put itself. A tool's wish to close (`lti.close`) becomes an
// event of the window: addEventListener("lti-close", ({ detail }) => ...) with `origin` and `source`.
"use strict";
(() => {
  const { tools: listed = "", frame } = document.currentScript.dataset;
  const tools = new Set(listed.split(/\s+/).filter(Boolean));

  // The least that a platform has to keep for a tool (LTI postMessage Storage 0.1): names and values together, in bytes.
  const BYTES = 4096;
  const KEYS = 500;
  const SUBJECT = /^(?:org\.imsglobal\.)?(lti\.[a-z_]+)$/;

  // A map for each origin: no name of a tool's choice reaches an object's own members.
  const kept = new Map();
  const bytes = (text) => new TextEncoder().encode(text).length;
  const size = (values) => [...values].reduce((sum, [key, value]) => sum + bytes(key) + bytes(value), 0);

  const named = ({ key }) => {
    if (typeof key !== "string" || key === "") throw ["bad_request", "key must be a string that is not empty"];
    return key;
  };

  const answers = {
    "lti.capabilities": () => ({
      supported_messages: ["lti.capabilities", "lti.put_data", "lti.get_data", "lti.close"]
        .map((subject) => (frame === undefined ? { subject } : { subject, frame: window.name })),
    }),
    "lti.put_data": (data, origin) => {
      const key = named(data);
      const value = data.value ?? null;
      if (value !== null && typeof value !== "string") throw ["bad_request", "value must be a string, or null to remove it"];
      const values = new Map(kept.get(origin));
      values.delete(key);
      if (value !== null) values.set(key, value);
      if (values.size > KEYS) throw ["storage_exhaustion", `no more than ${KEYS} keys are kept for a tool`];
      if (value !== null && size(values) > BYTES) throw ["storage_exhaustion", `no more than ${BYTES} bytes are kept for a tool`];
      kept.set(origin, values);
      return { key, value };
    },
    "lti.get_data": (data, origin) => {
      const key = named(data);
      return { key, value: kept.get(origin)?.get(key) ?? null };
    },
  };

  const answer = (subject, data, origin) => {
    if (typeof data.message_id !== "string" || data.message_id === "") throw ["bad_request", "message_id must be a string that is not empty"];
    if (!tools.has(origin)) throw ["wrong_origin", "no tool is registered at this origin"];
    if (!Object.hasOwn(answers, subject)) throw ["unsupported_subject", "this platform does not answer this subject"];
    return answers[subject](data, origin);
  };

  addEventListener("message", ({ data, origin, source }) => {
    if (data === null || typeof data !== "object" || typeof data.subject !== "string") return;
    const subject = SUBJECT.exec(data.subject)?.[1];
    // Other traffic is for other listeners, and an opaque origin cannot be answered.
    if (subject === undefined || origin === "null" || source === null) return;
    if (subject === "lti.close") {
      if (tools.has(origin)) dispatchEvent(new CustomEvent("lti-close", { detail: { origin, source } }));
      return;
    }
    const reply = { subject: `${data.subject}.response`, message_id: data.message_id };
    try {
      Object.assign(reply, answer(subject, data, origin));
    } catch (refusal) {
      const [code, message] = Array.isArray(refusal) ? refusal : ["error", "the platform failed"];
      reply.error = { code, message };
    }
    source.postMessage(reply, origin);
  });
})();

// The pages work without this script: it adds copy buttons, keeps the ledger live, and switches without loading anew.
"use strict";

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  const label = button.textContent;
  button.addEventListener("click", async () => {
    let said = "Copied";
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      // No clipboard on a page without https: select the value, so that a key press copies it.
      const value = button.closest("div, p").querySelector(".value");
      if (value) window.getSelection().selectAllChildren(value);
      said = "Press Ctrl+C";
    }
    button.textContent = said;
    setTimeout(() => { button.textContent = label; }, 1600);
  });
}

const show = (plans) => {
  for (const row of document.querySelectorAll("[data-fault]")) {
    const plan = plans.find((plan) => plan.split(/[@:]/)[0] === row.dataset.fault);
    const times = plan ? (plan.endsWith(":once") ? "once" : "always") : "off";
    row.classList.toggle("on", Boolean(plan));
    for (const button of row.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === times));
    }
  }
  for (const group of document.querySelectorAll(".faults")) {
    const on = group.querySelectorAll("li.on").length;
    let count = group.querySelector(".on-count");
    if (on && !count) {
      count = document.createElement("p");
      count.className = "small on-count";
      group.querySelector("header").append(count);
    }
    if (count) count.textContent = on ? `${on} on` : "";
  }
  const clear = document.querySelector("[data-clear]");
  if (clear) clear.disabled = plans.length === 0;
};

for (const form of document.querySelectorAll("form.switch")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, event.submitter));
    await fetch(location.pathname, { method: "POST", body, redirect: "manual" });
    look();
  });
}

const ledger = document.querySelector("[data-ledger]");
let count = ledger?.dataset.ledger;
let faults = "";
let timer;

const replace = (html) => {
  const open = new Set([...ledger.querySelectorAll("details[open]")].map((part) => part.id));
  const focused = ledger.contains(document.activeElement) ? document.activeElement.closest("details")?.id : null;
  ledger.innerHTML = html;
  for (const part of ledger.querySelectorAll("details")) part.open = open.has(part.id);
  if (focused) document.getElementById(focused)?.querySelector("summary")?.focus({ preventScroll: true });
};

async function look() {
  clearTimeout(timer);
  const status = document.querySelector("[data-ledger-status]");
  // Only a change is written: a screen reader reads every change aloud.
  const say = (text) => { if (status.textContent !== text) status.textContent = text; };
  try {
    const query = new URLSearchParams({ count, faults });
    const answer = await fetch(`${ledger.dataset.ledgerUrl}?${query}`, { cache: "no-store" });
    if (answer.status === 200) {
      count = answer.headers.get("x-ledger-count");
      faults = answer.headers.get("x-faults") ?? "";
      show(faults ? faults.split(" ") : []);
      replace(await answer.text());
    }
    say(answer.ok ? "live" : "stopped: reload the page");
  } catch {
    say("the issuer is not answering");
  }
  timer = setTimeout(look, 1200);
}
if (ledger) look();

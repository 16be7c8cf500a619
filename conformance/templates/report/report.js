"use strict";
// The page is whole without this script; it adds the filter, links into closed cases, and copying.
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  // Filter: a case stays when it holds every word and its outcome is ticked.
  const filters = all(".all").map((section) => {
    const form = section.querySelector(".filter");
    const search = form.querySelector("input[type=search]");
    const boxes = all("input[type=checkbox]", form);
    const cases = all(".case", section);
    const apply = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const outcomes = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
      let shown = 0;
      for (const one of cases) {
        const stays = outcomes.has(one.dataset.verdict) && words.every((word) => one.dataset.words.includes(word));
        one.hidden = !stays;
        shown += stays ? 1 : 0;
      }
      for (const area of all(".area", section)) {
        area.hidden = all(".case", area).every((one) => one.hidden);
      }
      form.querySelector("output").textContent = shown === cases.length ? "" : `${shown} of ${cases.length}`;
    };
    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    const reset = () => {
      search.value = "";
      boxes.forEach((box) => { box.checked = true; });
      apply();
    };
    apply();
    return { section, reset };
  });

  // A link to a case opens it, and takes a filter away that hides it.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) { return; }
    for (let at = target; at; at = at.parentElement) {
      if (at instanceof HTMLDetailsElement) { at.open = true; }
    }
    const hiding = target.closest("[hidden]") && filters.find(({ section }) => section.contains(target));
    if (hiding) { hiding.reset(); }
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  if (location.hash) { reveal(); }

  // Copying needs a clipboard, which not every browser gives to a file.
  if (navigator.clipboard) {
    for (const command of all(".command")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = "Copy";
      button.addEventListener("click", async () => {
        try {
          await navigator.clipboard.writeText(command.textContent);
          button.textContent = "Copied";
        } catch {
          getSelection().selectAllChildren(command);
          button.textContent = "Press Ctrl+C";
        }
        setTimeout(() => { button.textContent = "Copy"; }, 2000);
      });
      command.after(button);
    }
  }
})();

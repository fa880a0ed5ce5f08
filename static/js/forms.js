// Unsaved-changes guard with the save bar's state, focus on the error summary, one submit at a time.
const GUARDED = "form[data-save]";
const initial = new WeakMap();
let leaving = false;

function state(form) {
  const pairs = [...new FormData(form)].filter(([name]) => name !== "csrf_token");
  return JSON.stringify(pairs.map(([name, value]) => [name, value instanceof File ? value.name : value]));
}

function isDirty(form) {
  return "startsDirty" in form.dataset || state(form) !== initial.get(form);
}

function showState(form) {
  const dirty = isDirty(form);
  form.classList.toggle("is-dirty", dirty);
  for (const place of form.querySelectorAll("[data-save-state]")) {
    const text = dirty ? place.dataset.textDirty : place.dataset.textClean;
    if (place.textContent !== text) place.textContent = text;
  }
  for (const button of form.querySelectorAll("[data-discard]")) button.hidden = !dirty;
}

function refresh(event) {
  const form = event.target.closest(GUARDED);
  if (form && initial.has(form)) showState(form);
}

// A form that came back with errors is unsaved although nothing was typed since; only the server can undo that.
function discard(form) {
  leaving = true;
  if ("startsDirty" in form.dataset) location.assign(form.dataset.discardUrl || location.href);
  else location.reload();
}

function lock(form, locked) {
  for (const button of form.querySelectorAll("button[type=submit], button:not([type]), input[type=submit]")) {
    button.disabled = locked;
  }
  form.toggleAttribute("data-sending", locked);
}

function onSubmit(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.hasAttribute("data-sending")) {
    event.preventDefault();
    return;
  }
  leaving = true;
  form.setAttribute("data-sending", "");
  // After this tick, so that the pressed button's own name and value still go along.
  setTimeout(() => lock(form, true));
}

function focusField(event) {
  const link = event.target.closest("[data-error-summary] a[href^='#']");
  const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!field) return;
  event.preventDefault();
  const shown = field.tomselect ? field.tomselect.control_input : field;
  const target = shown.matches("input, select, textarea, button") ? shown : shown.querySelector("input") || shown;
  target.focus();
  target.scrollIntoView({ block: "center" });
}

function addRow(list) {
  const template = list.querySelector("template");
  const next = Number(list.dataset.next || list.querySelectorAll("[data-repeat-row]").length);
  const holder = document.createElement("template");
  holder.innerHTML = template.innerHTML.replaceAll("__index__", String(next));
  list.dataset.next = String(next + 1);
  const row = holder.content.firstElementChild;
  list.querySelector("[data-repeat-rows]").append(row);
  row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  row.dispatchEvent(new CustomEvent("marquee:added", { bubbles: true }));
}

function removeRow(row) {
  const list = row.closest("[data-repeat]");
  row.remove();
  list.querySelector("[data-repeat-add]").focus();
  list.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const { target } = event;
  focusField(event);
  if (target.closest("[data-repeat-add]")) addRow(target.closest("[data-repeat]"));
  if (target.closest("[data-repeat-remove]")) removeRow(target.closest("[data-repeat-row]"));
  if (target.closest("[data-discard]")) discard(target.closest("form"));
});
for (const type of ["input", "change", "marquee:added"]) document.addEventListener(type, refresh);
window.addEventListener("submit", onSubmit);

window.addEventListener("beforeunload", (event) => {
  if (!leaving && [...document.querySelectorAll(GUARDED)].some(isDirty)) event.preventDefault();
});

// Back from the browser's page cache: the buttons must work again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  leaving = false;
  for (const form of document.querySelectorAll("form[data-sending]")) lock(form, false);
});

document.querySelector("[data-error-summary]")?.focus();

// After lookup.js has dressed the selects, which may change how a value is spelled.
window.addEventListener("load", () => {
  for (const form of document.querySelectorAll(GUARDED)) {
    initial.set(form, state(form));
    showState(form);
  }
});

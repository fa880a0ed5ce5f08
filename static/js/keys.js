// Keys: Ctrl-S saves, "/" goes to the search, "?" lists them. Single keys rest while one types and can be switched off.
const list = document.getElementById("keys-dialog");

function singleKeys() {
  return !document.cookie.split("; ").includes("keys=off");
}

function remember(on) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `keys=${on ? "on" : "off"}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

function isTyping(target) {
  return target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio]), textarea, select");
}

function save(event) {
  const form = document.querySelector("form[data-save]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("[data-save-main]"));
}

function search(event) {
  const field = document.querySelector("input[data-search]");
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.isComposing || document.querySelector(".modal.show")) return;
  if (event.ctrlKey || event.metaKey) {
    if (event.key.toLowerCase() === "s") save(event);
  } else if (singleKeys() && !isTyping(event.target)) {
    if (event.key === "/") search(event);
    if (event.key === "?" && list) window.bootstrap.Modal.getOrCreateInstance(list).show();
  }
});

const box = list?.querySelector("[data-single-keys]");
if (box) {
  box.checked = singleKeys();
  box.addEventListener("change", () => remember(box.checked));
}

// Lists: a row opens its own link, ticks with shift, the number ticked said politely.
let anchor = null;

function boxes(scope) {
  return [...scope.querySelectorAll("input[data-select]")];
}

function showCount(scope) {
  const all = boxes(scope);
  const count = all.filter((box) => box.checked).length;
  const head = scope.querySelector("input[data-select-all]");
  if (head) {
    head.checked = count > 0 && count === all.length;
    head.indeterminate = count > 0 && count < all.length;
  }
  for (const place of scope.querySelectorAll("[data-bulk-count]")) {
    const text = count === 1 ? place.dataset.textOne : place.dataset.textOther;
    place.textContent = text.replace("{count}", String(count));
  }
  const status = scope.querySelector("[data-bulk-status]");
  if (status) status.textContent = scope.querySelector("[data-bulk-count]")?.textContent ?? "";
}

function tickRange(scope, box) {
  const all = boxes(scope);
  const [from, to] = [all.indexOf(anchor), all.indexOf(box)].sort((a, b) => a - b);
  if (from >= 0) for (const between of all.slice(from, to + 1)) between.checked = box.checked;
}

function onTick(event) {
  const scope = event.target.closest("[data-listing]");
  const box = event.target.closest("input[data-select], input[data-select-all]");
  if (!scope || !box) return;
  if (box.matches("[data-select-all]")) {
    for (const each of boxes(scope)) each.checked = box.checked;
  } else {
    if (event.shiftKey) tickRange(scope, box);
    anchor = box;
  }
  showCount(scope);
}

function clearTicks(event) {
  const scope = event.target.closest("[data-bulk-clear]")?.closest("[data-listing]");
  if (!scope) return;
  for (const box of boxes(scope)) box.checked = false;
  showCount(scope);
  scope.querySelector("input[data-select-all]")?.focus();
}

function openRow(event) {
  const row = event.target.closest("[data-listing] tbody tr");
  const link = row?.querySelector("a[data-row-link]");
  if (!link || event.defaultPrevented) return;
  if (event.target.closest("a, button, input, select, label, summary, .dropdown-menu")) return;
  if (String(getSelection())) return;
  if (event.ctrlKey || event.metaKey || event.button === 1) window.open(link.href, "_blank", "noopener");
  else if (event.button === 0) link.click();
}

// A box is ticked by click, with shift known; keys come as clicks too. Boxes kept by "back" are counted on show.
document.addEventListener("click", (event) => {
  onTick(event);
  clearTicks(event);
  openRow(event);
});
document.addEventListener("auxclick", openRow);
window.addEventListener("pageshow", () => {
  for (const scope of document.querySelectorAll("[data-listing]")) {
    if (boxes(scope).some((box) => box.checked)) showCount(scope);
  }
});

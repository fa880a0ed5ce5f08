// The table of roles and permissions as a grid: one stop of Tab, arrows from cell to cell, what changed is counted.
const form = document.querySelector("form[data-matrix]");
const rows = [...form.querySelectorAll("[data-matrix-row]")].map((row) => [...row.querySelectorAll("input[name=tick]")]);
const boxes = rows.flat();
const open = (box) => box && !box.disabled;

function mark() {
  const changed = boxes.filter((box) => box.checked !== "held" in box.dataset);
  const place = form.querySelector("[data-matrix-count]");
  for (const box of boxes) box.closest("td").classList.toggle("is-changed", changed.includes(box));
  if (!place) return;
  const text = changed.length === 1 ? place.dataset.one : place.dataset.many.replace("{count}", String(changed.length));
  place.textContent = changed.length ? text : "";
}

// The nearest box in a direction that may be ticked; locked rows are stepped over.
function next(row, column, down, right) {
  for (let y = row + down, x = column + right; rows[y] && x >= 0 && x < rows[y].length; y += down, x += right) {
    if (open(rows[y][x])) return rows[y][x];
  }
  return null;
}

function target(event, row, column) {
  const { key, ctrlKey } = event;
  const openBoxes = boxes.filter(open);
  const line = rows[row].filter(open);
  if (key === "Home") return ctrlKey ? openBoxes[0] : line[0];
  if (key === "End") return ctrlKey ? openBoxes.at(-1) : line.at(-1);
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
  return step && next(row, column, ...step);
}

function stopAt(box) {
  for (const other of boxes) other.tabIndex = other === box ? 0 : -1;
}

form.addEventListener("keydown", (event) => {
  const row = rows.findIndex((line) => line.includes(event.target));
  if (row < 0 || event.altKey || event.metaKey) return;
  const box = target(event, row, rows[row].indexOf(event.target));
  if (!box) return;
  event.preventDefault();
  // By itself the browser would move the page until the box is in its middle, and the roles' names out of view.
  box.focus({ preventScroll: true });
  box.closest("td").scrollIntoView({ block: "nearest", inline: "nearest" });
});
form.addEventListener("focusin", ({ target: box }) => {
  if (boxes.includes(box)) stopAt(box);
});
form.addEventListener("change", mark);
stopAt(boxes.find(open));
mark();

// Copying and printing the recovery codes; without a script they can be marked, and saved by the link.
const codes = [...document.querySelectorAll("[data-codes] li")].map((item) => item.textContent.trim());
const said = document.querySelector("[data-copied]");
const copy = document.querySelector("[data-copy]");
const print = document.querySelector("[data-print]");

// Browsers have a clipboard on HTTPS and on this very machine only.
copy.hidden = !navigator.clipboard;
copy.addEventListener("click", async () => {
  await navigator.clipboard.writeText(codes.join("\n"));
  said.textContent = said.dataset.text;
});

print.hidden = false;
print.addEventListener("click", () => window.print());

// The frame: sidebar width, menus of the top bar, theme switch. Texts come from the templates.
const root = document.documentElement;

function rememberSidebar(small) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `sidebar=${small ? "small" : "wide"}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

function showSidebarState() {
  const small = root.dataset.sidebar === "small";
  for (const button of document.querySelectorAll("[data-sidebar-toggle]")) {
    button.setAttribute("aria-expanded", String(!small));
  }
  // A collapsed link shows only its icon, so the name comes as a tooltip.
  for (const link of document.querySelectorAll(".sidebar-link[data-name]")) {
    if (small) link.title = link.dataset.name;
    else link.removeAttribute("title");
  }
}

function toggleSidebar() {
  const small = root.dataset.sidebar !== "small";
  if (small) root.dataset.sidebar = "small";
  else delete root.dataset.sidebar;
  rememberSidebar(small);
  showSidebarState();
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

// The page changes at once; the form goes to the server in the background so that the choice is kept.
function switchTheme(event) {
  const form = event.target.closest("form[data-theme-form]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  root.dataset.theme = event.submitter.value;
  for (const button of document.querySelectorAll("[data-theme-form] button")) {
    button.setAttribute("aria-pressed", String(button.value === root.dataset.theme));
  }
  closeMenus(null);
  const body = new FormData(form, event.submitter);
  fetch(form.action, { method: "POST", body, redirect: "manual", keepalive: true }).catch(() => form.submit());
}

function onKey(event) {
  const open = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-sidebar-toggle]")) toggleSidebar();
  closeMenus(event.target.closest("details.menu"));
  if (event.target.closest("[data-print]")) window.print();
});
// Only as a drawer is the sidebar a dialog, and a dialog has a name.
document.addEventListener("show.bs.offcanvas", ({ target }) => target.setAttribute("aria-label", target.dataset.label));
document.addEventListener("hidden.bs.offcanvas", ({ target }) => target.removeAttribute("aria-label"));
document.addEventListener("submit", switchTheme);
document.addEventListener("keydown", onKey);
showSidebarState();

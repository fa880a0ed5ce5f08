// Runs in <head> before the first paint: the theme asked for, and the sidebar as it was left.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  function cookie(name) {
    const found = document.cookie.match(new RegExp(`(?:^|; )${name}=([^;]*)`));
    return found ? found[1] : "";
  }

  function apply() {
    const asked = root.dataset.theme;
    const isDark = asked === "dark" || (asked === "auto" && dark.matches);
    root.dataset.bsTheme = isDark ? "dark" : "light";
  }

  const theme = cookie("theme");
  if (["light", "dark", "auto"].includes(theme)) root.dataset.theme = theme;
  if (cookie("sidebar") === "small") root.dataset.sidebar = "small";
  apply();
  dark.addEventListener("change", apply);
  // Paper is white, whatever the screen is.
  addEventListener("beforeprint", () => { root.dataset.bsTheme = "light"; });
  addEventListener("afterprint", apply);
  new MutationObserver(apply).observe(root, { attributeFilter: ["data-theme"] });
})();

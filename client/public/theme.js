(() => {
  let choice = null;
  try {
    choice = localStorage.getItem("tieout.theme");
  } catch {
    // Storage may be refused; the system's theme is then the answer.
  }
  const dark =
    choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();

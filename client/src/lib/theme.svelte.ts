export type ThemeChoice = "light" | "dark" | "system";

const key = "tieout.theme";
const systemDark = matchMedia("(prefers-color-scheme: dark)");

let choice = $state<ThemeChoice>(stored());
systemDark.addEventListener("change", apply);

/** Light, dark, or what the system says; kept in this browser. theme.js sets it before first paint. */
export const theme = {
  get choice(): ThemeChoice {
    return choice;
  },
  choose(next: ThemeChoice): void {
    choice = next;
    try {
      localStorage.setItem(key, next);
    } catch {
      // Storage may be refused; the choice then lasts as long as the page.
    }
    apply();
  },
};

function apply(): void {
  const dark = choice === "dark" || (choice === "system" && systemDark.matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

function stored(): ThemeChoice {
  try {
    const value = localStorage.getItem(key);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system";
  }
}

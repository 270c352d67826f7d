/**
 * Notices when a single-page app shows another page: its path or query changes without a load. The
 * History API has no event for what a page itself pushes, so its two methods are wrapped.
 */

import { here } from "./product-view.js";

/** `leaving` runs while the old page still stands where the app navigates by itself. */
export function followNavigation(leaving: () => void, arrived: (from: string) => void): void {
  let address = here();
  let url = location.href;
  const check = (): void => {
    if (here() === address) return;
    const from = url;
    address = here();
    url = location.href;
    leaving();
    // The app sets the title after it has changed the address.
    setTimeout(() => arrived(from));
  };
  for (const method of ["pushState", "replaceState"] as const) {
    const original = history[method];
    history[method] = function (this: History, data, unused, target) {
      const { pathname, search } = new URL(target ?? "", location.href);
      if (pathname + search !== address) leaving();
      original.call(this, data, unused, target);
      check();
    };
  }
  addEventListener("popstate", check);
}

/**
 * How a product was looked at: the greatest share of the page that came into sight and how long
 * the page was visible, reported once when the view ends (another product, another page, the page
 * closed). Time is of the monotonic clock, which a change of the visitor's clock does not touch.
 */

export interface ViewEnded {
  /** Of the product as `productViewed` was given it. */
  readonly product_id?: unknown;
  readonly sku?: unknown;
  readonly variant?: unknown;
  /** Percent of the page's height, 0 to 100. */
  readonly depth: number;
  readonly dwell_ms: number;
}

export interface ProductView {
  /** Ends the one before it. */
  start(product: Record<string, unknown>): void;
  end(): void;
  /** Ends it if the page has another address by now. */
  endIfLeft(): void;
}

export function createProductView(ended: (view: ViewEnded) => void): ProductView {
  let product: Record<string, unknown> | undefined;
  let address = "";
  let bottom = 0;
  let height = 1;
  let visibleMs = 0;
  let visibleSince: number | undefined;

  function measure(): void {
    if (!product || address !== here()) return;
    bottom = Math.max(bottom, scrollY + innerHeight);
    height = Math.max(document.documentElement.scrollHeight, innerHeight, 1);
  }

  function countTime(): void {
    const now = performance.now();
    if (visibleSince !== undefined) visibleMs += now - visibleSince;
    visibleSince = document.visibilityState === "visible" ? now : undefined;
  }

  function end(): void {
    if (!product) return;
    measure();
    countTime();
    const { product_id, sku, variant } = product;
    product = undefined;
    ended({
      ...{ product_id, sku, variant },
      depth: Math.min(100, Math.round((100 * bottom) / height)),
      dwell_ms: Math.round(visibleMs),
    });
  }

  addEventListener("scroll", measure, { passive: true });
  document.addEventListener("visibilitychange", () => {
    measure();
    countTime();
  });

  return {
    end,
    endIfLeft: () => {
      if (address !== here()) end();
    },
    start(viewed) {
      end();
      product = viewed;
      address = here();
      bottom = visibleMs = 0;
      visibleSince = undefined;
      countTime();
      measure();
    },
  };
}

/** The page's address as far as it says which page it is. */
export const here = (): string => location.pathname + location.search;

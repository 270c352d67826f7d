/**
 * What a browser remembers of its visitor between pages: small texts under a name, in a first-party
 * cookie, so that every subdomain of the shop reads the same. Where cookies are refused they go to
 * localStorage, where that is refused too they live as long as the page: nothing here throws.
 */

const MAX_AGE_S = 365 * 24 * 60 * 60;

export interface Memory {
  read(name: string): string | undefined;
  write(name: string, value: string): void;
  forget(name: string): void;
  /** Of the cookies: "shop.example"; empty: this host alone. */
  domain(): string;
}

/** `given`: the domain of the cookies; without one, the widest that the browser allows for this page. */
export function createMemory(given?: string): Memory {
  const values = new Map<string, string>();
  const domain = (): string => {
    given ??= widestDomain();
    return given;
  };
  const attributes = (maxAgeS: number): string =>
    `; Path=/; Max-Age=${maxAgeS}; SameSite=Lax${domain() && `; Domain=${domain()}`}${
      location.protocol === "https:" ? "; Secure" : ""
    }`;
  const read = (name: string): string | undefined =>
    readCookie(name) ?? withStorage((s) => s.getItem(name)) ?? values.get(name);
  const forget = (name: string): void => {
    if (readCookie(name) !== undefined) writeCookie(`${name}=${attributes(0)}`);
    withStorage((s) => s.removeItem(name));
    values.delete(name);
  };
  return {
    read,
    forget,
    domain,
    write(name, value) {
      writeCookie(`${name}=${encodeURIComponent(value)}${attributes(MAX_AGE_S)}`);
      if (readCookie(name) === value) return;
      withStorage((s) => s.setItem(name, value));
      values.set(name, value);
    },
  };
}

/** Uses localStorage; undefined where it is refused, full or absent. */
export function withStorage<T>(use: (storage: Storage) => T): T | undefined {
  try {
    return use(localStorage) ?? undefined;
  } catch {
    return undefined;
  }
}

function readCookie(name: string): string | undefined {
  try {
    const found = `; ${document.cookie}`.split(`; ${name}=`)[1];
    return found === undefined ? undefined : decodeURIComponent(found.split(";")[0] as string);
  } catch {
    return undefined;
  }
}

function writeCookie(cookie: string): void {
  try {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser.
    document.cookie = cookie;
  } catch {}
}

/**
 * "shop.co.uk" on "www.shop.co.uk": a browser refuses cookies for what is a public suffix, so the
 * first that it takes is the site. Empty (this host alone) for localhost and IP addresses.
 */
function widestDomain(): string {
  const labels = location.hostname.split(".");
  for (let n = 2; n <= labels.length; n++) {
    const domain = labels.slice(-n).join(".");
    const probe = `tessera_probe=1; Path=/; Domain=${domain}`;
    writeCookie(probe);
    if (readCookie("tessera_probe") === undefined) continue;
    writeCookie(`${probe}; Max-Age=0`);
    return domain;
  }
  return "";
}

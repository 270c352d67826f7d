/** Easter Sunday, on which the days of many countries lean, as days since 1 January 1970. */

const DAY_MS = 86_400_000;

/** Of the Western churches: the Gregorian algorithm of Meeus, Jones and Butcher. */
export function westernEaster(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  return marchOrApril(year, h + l - 7 * m + 114);
}

/** Julian days are so far behind ours from March 1900 to February 2100. */
const JULIAN_DAYS_BEHIND = 13;

/** Of the Orthodox churches: Meeus' Julian algorithm, moved into our calendar. */
export function orthodoxEaster(year: number): number {
  const d = (19 * (year % 19) + 15) % 30;
  const e = (2 * (year % 4) + 4 * (year % 7) - d + 34) % 7;
  return marchOrApril(year, d + e + 114) + JULIAN_DAYS_BEHIND;
}

/** Both algorithms end in 31 * month + day - 1. */
function marchOrApril(year: number, n: number): number {
  return Date.UTC(year, Math.floor(n / 31) - 1, (n % 31) + 1) / DAY_MS;
}

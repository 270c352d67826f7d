/** Each has broken some escaping somewhere. */
export const hostileTexts = [
  "",
  "'",
  "''",
  "\\",
  "\\'",
  "' OR 1 = 1 --",
  '"`',
  "a\nb\tc\rd\0e\bf\f",
  "{x:String}",
  "\\N",
  "NULL",
  "/* */ -- #",
  "İstanbul ẞ 😀 \u202e",
  "$1 $& %s",
  "[1,'x']",
];

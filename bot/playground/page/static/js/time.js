/** Times in words. Pure: dates come in, text goes out, in the browser's zone. */
const format = (options) => new Intl.DateTimeFormat("en-GB", options).format;
const hourMinute = format({ hour: "2-digit", minute: "2-digit" });
const weekday = format({ weekday: "short" });
const dayMonth = format({ day: "numeric", month: "short" });
const wholeDate = format({ day: "numeric", month: "short", year: "numeric" });
const withSeconds = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DAY = 86_400_000;

/** A message's time in a list: the hour today, the weekday this week, else the date. */
export function listTime(date, now) {
  if (date.toDateString() === now.toDateString()) return hourMinute(date);
  if (Math.abs(now - date) < 6 * DAY) return weekday(date);
  return shortDate(date, now);
}

function shortDate(date, now) {
  return date.getFullYear() === now.getFullYear() ? dayMonth(date) : wholeDate(date);
}

/** Date, hour and minute, as a clock shows them: "Mon 23 Nov 2026, 01:52". */
export function clockTime(date) {
  return `${weekday(date)} ${wholeDate(date)}, ${hourMinute(date)}`;
}

/** Hour, minute and second; of another day than today's, the date as well. */
export function secondsTime(date, today) {
  const time = withSeconds(date);
  if (date.toDateString() === today.toDateString()) return time;
  return `${shortDate(date, today)}, ${time}`;
}

/** How far ahead, in its two largest units: "1 d 3 h ahead"; "real time" if not at all. */
export function ahead(seconds) {
  let rest = Math.round(seconds);
  const parts = [];
  for (const [unit, size] of [["w", 604_800], ["d", 86_400], ["h", 3600], ["min", 60], ["s", 1]]) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.length ? `${parts.slice(0, 2).join(" ")} ahead` : "real time";
}

/** What a datetime-local field takes: the browser's local time, to the minute. */
export function fieldTime(date) {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

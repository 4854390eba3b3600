// Days and weeks as the register counts them, UTC+8, and which week's key seals today.
const HOUR = 3600e3, DAY = 24 * HOUR;
const NEAREST = 2; // weeks that a key may be off: a phone long without a network, or its clock a little wrong

export function today(now = Date.now()) {
  return new Date(now + 8 * HOUR).toISOString().slice(0, 10);
}

export function daysBetween(earlier, later) {
  return Math.round((Date.parse(later) - Date.parse(earlier)) / DAY);
}

// ISO 8601: a week belongs to the year that has its Thursday.
export function weekOf(day) {
  const date = new Date(Date.parse(day));
  date.setUTCDate(date.getUTCDate() + 3 - ((date.getUTCDay() + 6) % 7));
  const first = Date.UTC(date.getUTCFullYear(), 0, 1);
  const week = 1 + Math.floor((date - first) / DAY / 7);
  return `${date.getUTCFullYear()}-W${String(week).padStart(2, "0")}`;
}

export function mondayOf(week) {
  const [year, number] = week.split("-W").map(Number);
  const fourth = new Date(Date.UTC(year, 0, 4)); // is in week 1
  return new Date(fourth - ((fourth.getUTCDay() + 6) % 7) * DAY + (number - 1) * 7 * DAY).toISOString().slice(0, 10);
}

// The week whose key is used on a day: its own, or the nearest there is; undefined where none is near.
export function weekToSeal(day, weeks) {
  const monday = mondayOf(weekOf(day));
  const apart = (week) => Math.abs(daysBetween(mondayOf(week), monday)) / 7;
  return weeks.filter((week) => apart(week) <= NEAREST).sort((a, b) => apart(a) - apart(b))[0];
}

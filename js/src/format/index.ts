// Money, dates and numbers as text in the four languages, and where they stand in texts.

export { ZONE, millis, type Instant } from "./calendar.js";
export { formatDay, formatDayTime, formatMoment, formatTime, isoDay, type DateWords } from "./date.js";
export { LANGUAGE_NAMES, LOCALES, negotiate, tagOf, type Locale } from "./locale.js";
export { formatMoney, type Money } from "./money.js";
export { formatInteger } from "./number.js";
export { fillPlaceholders } from "./placeholders.js";

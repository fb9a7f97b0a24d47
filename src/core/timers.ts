/** In ms: setTimeout and setInterval take no longer delays, 24 days; a longer one would fire at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

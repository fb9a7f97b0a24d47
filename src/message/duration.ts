import { CommsError } from '../errors.ts';
import { quote } from './text.ts';

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
type Unit = keyof typeof UNITS;

/** Three thousand years; not much further on, Date has no such time. */
const LONGEST_MS = 1e14;

/** "30s", "10m", "2h", "7d", "500ms" in whole ms; a bare number is seconds. @throws USAGE */
export function parseDuration(text: string | number): number {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?) ?(ms|s|m|h|d)?$/i.exec(String(text).trim()) ?? [];
  const ms = Math.round(Number(amount) * UNITS[unit.toLowerCase() as Unit]);
  if (ms <= LONGEST_MS) return ms;
  throw new CommsError('USAGE', `${quote(String(text))} is not a duration${ms > LONGEST_MS ? ' that ends some day' : ''}.`, {
    hint: 'Write 500ms, 30s, 10m, 2h or 7d; a bare number is seconds.',
  });
}

/** ms for people: "3m", "2h 5m", "4d"; the two largest units, rounded down. Below a second "250ms". */
export function formatDuration(ms: number): string {
  const whole = Math.floor(Math.max(0, ms));
  if (!Number.isFinite(whole)) return 'for ever';
  if (whole > 0 && whole < UNITS.s) return `${whole}ms`;
  const parts: [number, Unit][] = [
    [Math.floor(whole / UNITS.d), 'd'],
    [Math.floor(whole / UNITS.h) % 24, 'h'],
    [Math.floor(whole / UNITS.m) % 60, 'm'],
    [Math.floor(whole / UNITS.s) % 60, 's'],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first === -1) return '0s';
  const shown = parts.slice(first, first + 2).filter(([amount]) => amount > 0);
  return shown.map(([amount, unit]) => `${amount}${unit}`).join(' ');
}

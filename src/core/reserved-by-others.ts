import { isObject } from '../message/json.ts';
import { timeOf } from '../message/time.ts';
import type { ReservedPath } from '../orchestrator/brief/brief.ts';
import { resolveNames } from '../orchestrator/plan/words.ts';
import type { CoreContext } from './context.ts';

/** The live reservations of others, as far as reservations.json can be read; what is wrong with it keeps no brief from being written. */
export async function reservedByOthers({ reservations, clock, workspace }: CoreContext, agent: string): Promise<ReservedPath[]> {
  const text = await reservations?.read();
  return text === undefined
    ? []
    : entriesOf(text)
        .flatMap((entry) => reservedPath(entry, clock()))
        .filter((one) => resolveNames([one.agent], workspace.settings.aliases)[0] !== agent);
}

function entriesOf(text: string): unknown[] {
  try {
    const data: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    const list = isObject(data) ? data.reservations : data;
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

function reservedPath(entry: unknown, now: number): ReservedPath[] {
  if (!isObject(entry)) return [];
  const { agent: holder, path, task, expires_at } = entry;
  const end = timeOf(expires_at);
  if (typeof holder !== 'string' || typeof path !== 'string' || typeof expires_at !== 'string') return [];
  if (end === undefined || end <= now) return [];
  return [{ agent: holder, path, expires_at, ...(typeof task === 'string' && { task }) }];
}

import type { Checked, CheckOptions } from '../store.ts';

export async function checkDatabase(_parts: unknown, _request: CheckOptions): Promise<Checked> {
  return { problems: [], fixed: [] };
}

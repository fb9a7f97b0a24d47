import path from 'node:path';
import type { Problem } from '../../message/message.ts';
import { isoOf } from '../../message/time.ts';
import { readRegularTextIfThere } from '../../read-file.ts';
import type { FileRecord } from './checkpoint.ts';
import { STATUS_FILE } from './layout.ts';
import { summariesOf } from './records.ts';
import { isFlatStatus } from './status-file.ts';
import type { FilesTools } from './tools.ts';
import { statusFrom } from './write-derived.ts';

/** What is wrong with status.json: missing, not JSON, of the older form, or not what the inboxes say. */
export function statusProblems(tools: FilesTools): Problem[] {
  const text = readRegularTextIfThere(path.join(tools.root, STATUS_FILE), tools.fs);
  if (text === undefined) return [problem('STATUS_MISSING', 'status.json is missing')];
  let status: unknown;
  try {
    status = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    return [problem('STATUS_BROKEN', `status.json is not JSON: ${error instanceof Error ? error.message : error}`)];
  }
  if (isFlatStatus(text)) return [{ ...problem('STATUS_OLD_FORM', 'status.json is of the older flat form'), severity: 'warning' }];
  return saysTheSame(tools, status)
    ? []
    : [{ ...problem('STATUS_WRONG', 'status.json does not say what the inboxes say'), severity: 'warning' }];
}

function saysTheSame(tools: FilesTools, status: unknown): boolean {
  const { disk } = tools;
  const records = new Map(disk.names().map((file) => [file, { summaries: summariesOf(disk.copies(file)) } as FileRecord]));
  const derived = statusFrom(tools, records, 0, isoOf(0));
  const comparable = (value: object) => JSON.stringify({ ...value, last_updated: null, last_message_id: null });
  return typeof status === 'object' && status !== null && comparable(status) === comparable(derived);
}

function problem(code: string, message: string): Problem {
  return { severity: 'error', code, message, file: STATUS_FILE, hint: 'Run "comms doctor --fix" to write it anew.' };
}

import type { Finding } from '../verdict.ts';

/** What the seed's ConflictDetector tells of a conflict. */
export interface Conflict {
  type: ConflictType;
  description: string;
  /** The way out. */
  resolution: string;
}

export type ConflictType = 'plan_conflict' | 'reservation_conflict' | 'circular_dependency';

const TYPES = {
  PLAN_CONFLICT: 'plan_conflict',
  RESERVATION_CONFLICT: 'reservation_conflict',
  CIRCULAR_DEPENDENCY: 'circular_dependency',
} as const;

/** A finding that holds a message where somebody is to decide, and is only recorded elsewhere. */
export function conflict(code: keyof typeof TYPES, description: string, resolution: string, details?: Record<string, unknown>): Finding {
  return { outcome: 'conflict', code, reason: description, hint: resolution, ...(details && { details }) };
}

/** The conflicts among some findings, in the seed's shape. */
export function conflictsIn(findings: readonly Finding[]): Conflict[] {
  return findings.flatMap(({ outcome, code, reason = '', hint = '' }) =>
    outcome === 'conflict' && code !== undefined && Object.hasOwn(TYPES, code)
      ? [{ type: TYPES[code as keyof typeof TYPES], description: reason, resolution: hint }]
      : [],
  );
}

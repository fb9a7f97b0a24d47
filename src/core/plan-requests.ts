import type { PhaseAction } from '../orchestrator/plan/transition.ts';

/** What use cases of plan.json take and answer. Names of members are those of the file. */

/** A phase and how far it is. */
export interface PhaseSummary {
  id: string;
  name: string;
  status: 'planned' | 'active' | 'paused' | 'ended';
  agents: string[];
  parallel: boolean;
  communication_enabled: boolean;
  /** ISO 8601. */
  started_at?: string;
  paused_at?: string;
  ended_at?: string;
  tasks_done: number;
  tasks_total: number;
  /** How many messages were counted since it started, and of how many; only where there is a limit. */
  messages?: { used: number; limit: number };
}

export interface PhaseRequest {
  id: string;
  action: PhaseAction;
  /** Let `start` begin a phase anew that ended. */
  again?: boolean;
}

export interface PhaseChanged {
  phase: PhaseSummary;
  previous_status: PhaseSummary['status'];
  /** What is to be thought of before its agents go on. */
  warnings: string[];
}

/** A task of plan.json. */
export interface TaskSummary {
  id: string;
  title: string;
  /** active: not done, and its phase, if it has one, is active. */
  status: 'planned' | 'active' | 'done';
  owner?: string;
  phase?: string;
  /** Globs relative to the repository. */
  files: string[];
  depends_on: string[];
  /** Those of `depends_on` that are not done. */
  waits_for: string[];
}

export interface TaskRequest {
  id: string;
  /** Who says so: its owner, or an orchestrator of config.json. Without it anybody may. */
  agent?: string;
}

export interface TaskDone {
  task: TaskSummary;
  /** false where it was done already. */
  changed: boolean;
  /** Tasks that waited for nothing else. */
  ready: TaskSummary[];
}

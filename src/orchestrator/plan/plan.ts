/** plan.json as it was read: names of agents resolved, and the seed's names (`droids`, `allow_inter_droid`) in ours. */
export interface Plan {
  phases: Phase[];
  tasks: Task[];
  decisions: Decision[];
}

export interface Phase {
  id: string;
  name: string;
  agents: string[];
  parallel: boolean;
  /** What comms phase makes of it. */
  status: 'planned' | 'active' | 'paused' | 'ended';
  /** ISO 8601; how often it began anew counts in none of the limits of the time before. */
  startedAt?: string;
  pausedAt?: string;
  endedAt?: string;
  communicationEnabled: boolean;
  rules: PhaseRules;
}

/** The seed's communication_rules. What is not there is as config.json has it, or does not restrict. */
export interface PhaseRules {
  allowInterAgent: boolean;
  allowBroadcast: boolean;
  /** As parseType gives them. */
  messageTypes?: string[];
  maxMessages?: number;
  timeoutMinutes?: number;
}

export interface Task {
  id: string;
  title: string;
  owner?: string;
  phase?: string;
  /** Globs relative to the repository. */
  files: string[];
  dependsOn: string[];
  /** active: not done, and its phase, if it has one, is active. */
  status: 'planned' | 'active' | 'done';
  communicationEnabled: boolean;
  /** Whether, or to whom, its owner may write without mediation. */
  allowDirectMessages?: boolean | string[];
  /** The types that its owner may send, as parseType gives them. */
  messageTypes?: string[];
}

/** Something that was decided, which messages can contradict. */
export interface Decision {
  id: string;
  /** What was decided, in words. */
  decision: string;
  /** Words for what was decided against, such as "md5". */
  rejected: string[];
}

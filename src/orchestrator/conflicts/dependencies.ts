/** Somebody, or a task, that cannot go on before somebody else, or another task, is ready: an edge of the graph of dependencies. */
export interface Wait {
  /** An agent or the id of a task. */
  from: string;
  to: string;
  /** The message that says so; undefined where plan.json does. */
  id?: string;
}

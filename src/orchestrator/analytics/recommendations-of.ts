import { agentWord, type Insight, type InsightCode, idWord, type Recommendation, type RecommendationCode } from './insight.ts';

/** What to do, in words, and the commands that do it. `name` gives a figure as a word for sentences. */
interface Advice {
  code: RecommendationCode;
  text: (name: (figure: string) => string) => string;
  commands: (agent: string, insight: Insight) => string[];
}

/** What could be done about each of the insights, once for each thing to do. */
export function recommendationsOf(insights: readonly Insight[]): Recommendation[] {
  const made = insights.map((insight): Recommendation => {
    const { code, figures } = insight;
    const advice = ADVICE[code];
    const agent = agentWord(String(figures.agent ?? figures.top_agent ?? ''));
    const name = (figure: string) => String(figures[figure] ?? '?');
    return { code: advice.code, text: advice.text(name), figures, commands: advice.commands(agent, insight), because: code };
  });
  const first = new Map(made.map((one) => [`${one.code}\0${one.text}`, one] as const).reverse());
  return made.filter((one) => first.get(`${one.code}\0${one.text}`) === one);
}

const ADVICE: Record<InsightCode, Advice> = {
  slow_responder: {
    code: 'share_work',
    text: (name) => `Let somebody else take a part of what ${name('agent')} is asked: a group shares one inbox.`,
    commands: (agent) => [`comms group add helpers --members ${agent},OTHER`],
  },
  rising_backlog: {
    code: 'share_work',
    text: (name) =>
      `More comes to ${name('agent')} than it gets done: share its work in a group, or run a worker for what needs no thought.`,
    commands: (agent) => [`comms group add helpers --members ${agent},OTHER`, `comms work --as ${agent} --exec COMMAND`],
  },
  unanswered_sender: {
    code: 'address_somebody_else',
    text: (name) => `Look where the questions of ${name('agent')} lie, and ask somebody who is there.`,
    commands: (agent) => [`comms sent --as ${agent}`, 'comms agents list'],
  },
  quiet_agent: {
    code: 'start_a_worker',
    text: (name) => `See whether ${name('agent')} runs at all, and reads its inbox: start it, or a worker in its name.`,
    commands: (agent) => [`comms agents show ${agent}`, `comms work --as ${agent} --exec COMMAND`],
  },
  mutual_waiting: {
    code: 'answer_one_side',
    text: (name) => `One of ${name('from')} and ${name('to')} has to answer first, with what it has; neither will get further otherwise.`,
    commands: (_, { figures }) => [
      `comms reply ${idWord(String(figures.oldest_id))} --as ${agentWord(String(figures.to))} --details TEXT`,
      `comms reply ${idWord(String(figures.oldest_back_id))} --as ${agentWord(String(figures.from))} --details TEXT`,
    ],
  },
  overdue_pile: {
    code: 'answer_or_move_deadlines',
    text: (name) => `Let ${name('agent')} answer what is overdue before anything else, or give its questions more time.`,
    commands: (agent) => [`comms overdue --as ${agent}`],
  },
  dominant_sender: {
    code: 'limit_sender',
    text: (name) =>
      `If ${name('agent')} drowns the others, limit it with rate_limits.agents in config.json, or let it send one message instead of many.`,
    commands: (agent) => [`comms sent --as ${agent}`],
  },
  long_thread: {
    code: 'end_the_thread',
    text: (name) => `Settle the thread of ${name('thread')} with a decision; limits.max_thread_depth in config.json ends loops by itself.`,
    commands: (_, { figures }) => [`comms thread ${idWord(String(figures.thread))}`],
  },
  conflict_hot_spot: {
    code: 'settle_conflicts',
    text: () => 'Settle who owns which files and tasks in plan.json, and reserve files before changing them.',
    commands: () => ['comms plan check', 'comms reserve PATH --as NAME'],
  },
  many_refusals: {
    code: 'check_before_sending',
    text: (name) =>
      `Tell the agents what is refused with ${name('refusal')}, or change that rule in config.json; comms check shows the verdicts without sending.`,
    commands: () => ['comms check --help'],
  },
  rate_limit_refuses: {
    code: 'adjust_rate_limit',
    text: () => 'Let senders wait for their turn with --wait, or raise rate_limits in config.json.',
    commands: (agent) => [`comms agents show ${agent}`, 'comms send --help'],
  },
  held_pile: {
    code: 'decide_held',
    text: () => 'Decide over what is held: release it or reject it, so that its senders know.',
    commands: () => ['comms held list'],
  },
  low_success: {
    code: 'look_at_dead_letters',
    text: () => 'Find out why so much fails: each dead letter tells its last error.',
    commands: () => ['comms dead list'],
  },
  retries_concentrated: {
    code: 'mend_handler',
    text: (name) => `Find out what fails at ${name('agent')} again and again: its messages keep their last error.`,
    commands: (agent) => [`comms agents show ${agent}`],
  },
  dead_letters_concentrated: {
    code: 'mend_then_redrive',
    text: (name) => `Mend what lets messages to ${name('agent')} die, then put them back.`,
    commands: (agent) => [`comms dead list --inbox ${agent}`, `comms dead redrive --all --inbox ${agent}`],
  },
};

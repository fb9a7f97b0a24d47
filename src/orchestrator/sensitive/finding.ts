/** Something in a message that looks like a secret, or that no message may say. The text itself stands nowhere in it. */
export interface SensitiveFinding {
  /** JSON pointer into the message, such as /content/details. A key that holds a secret stands in it as "…". */
  path: string;
  /** Which rule found it: one of secretlint's, such as "github", or the name of a pattern of the workspace. */
  rule: string;
  /** What it is, in words, such as "GitHub token". */
  what: string;
  /** The value as it may be shown: "ghp_…(40 characters)". */
  masked: string;
  /** 1-based, in the text at `path`, where that has several lines. */
  line?: number;
  /** Of what is no secret but filtered: where in communication.content_filters the pattern stands, from 0. */
  filter?: number;
}

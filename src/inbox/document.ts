import type { Problem } from '../message/message.ts';

/** Which part of the file a message belongs to. */
export type InboxSection = 'active' | 'archived';

export type Eol = '\n' | '\r\n';

/** What people wrote between the messages. `raw` holds one character a byte (latin1). */
export interface TextSegment {
  readonly kind: 'text';
  readonly raw: string;
}

/** A fenced block that holds a message, or that should but cannot be understood. */
export interface Block {
  /** broken: a json fence that cannot be parsed, is not UTF-8, or holds several messages. */
  readonly kind: 'message' | 'broken';
  /** Under the archive heading only what is COMPLETED counts as archived: `cat >>` lands there too. */
  readonly section: InboxSection;
  /** Where it stands, whatever its status. */
  readonly place: InboxSection;
  /** 1-based line of the opening fence, as of the parse (or of the moment when it was put in). */
  readonly line: number;
  /** The text between the fences, without the line break before the closing one. */
  readonly json: string;
  /** As it was parsed: not completed, not normalised. Only for kind "message". */
  readonly message?: Record<string, unknown>;
  readonly error?: BlockError;
  /** The JSON's; for a broken block read off its heading or its text, where possible. */
  readonly id?: string;
  /** The text of its own heading, such as "Message: msg-001". */
  readonly heading?: string;
  /** The closing fence is missing. */
  readonly open: boolean;
  /** Its own heading, its fences and its JSON: one character a byte (latin1). */
  readonly raw: string;
  /** Where the JSON begins and ends in `raw`. */
  readonly jsonStart: number;
  readonly jsonEnd: number;
}

export interface BlockError {
  readonly code: 'BAD_JSON' | 'INVALID_UTF8' | 'NOT_ONE_MESSAGE' | 'OPEN_FENCE';
  readonly message: string;
  /** 1-based place in the file. */
  readonly line: number;
  readonly column: number;
}

export type Segment = TextSegment | Block;

/** An inbox file, understood. A value: each edit returns a new one, which shares what it did not touch. */
export interface InboxDocument {
  /** Joined, their `raw` is the file. */
  readonly segments: readonly Segment[];
  /** The one that most lines end with. */
  readonly eol: Eol;
  /** Index into segments before which a new active message goes. */
  readonly activeEnd: number;
  /** Index into segments before which an archived message goes; undefined where there is no archive section. */
  readonly archivedEnd: number | undefined;
  /** The first active message brings its section's heading along. */
  readonly needsActiveHeading: boolean;
  /** The level that an archive heading at the end of the file needs. */
  readonly archiveLevel: 1 | 2;
  /** What was found outside of the blocks when the file was parsed. */
  readonly notes: readonly Problem[];
}

/** The blocks of a document, in the order in which they stand. Templates and other JSON are not among them. */
export function blocksOf(doc: InboxDocument): readonly Block[] {
  return doc.segments.filter(isBlock);
}

/** The file's bytes; those that were parsed, where nothing was edited. */
export function renderInbox(doc: InboxDocument): Buffer {
  return Buffer.from(doc.segments.map(({ raw }) => raw).join(''), 'latin1');
}

export function isBlock(segment: Segment | undefined): segment is Block {
  return segment !== undefined && segment.kind !== 'text';
}

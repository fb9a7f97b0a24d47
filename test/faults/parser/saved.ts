/** The files of fixtures/editor-saves, made from one inbox by the programs that they are named after: which of its messages are whole, and what is reported. */
export const SAVED: Record<string, { whole: string[]; reported: string[] }> = {
  'git-merge.md': { whole: ['msg-002', 'msg-003', 'msg-004'], reported: ['BAD_JSON', 'CONFLICT_MARKERS', 'OPEN_FENCE'] },
  'git-merge-diff3.md': { whole: ['msg-002', 'msg-003', 'msg-004'], reported: ['BAD_JSON', 'CONFLICT_MARKERS'] },
  'git-merge-zdiff3.md': { whole: ['msg-002', 'msg-003', 'msg-004'], reported: ['BAD_JSON', 'CONFLICT_MARKERS', 'OPEN_FENCE'] },
  'git-merge-long-markers.md': { whole: ['msg-002', 'msg-003', 'msg-004'], reported: ['BAD_JSON', 'OPEN_FENCE'] },
  'git-merge-union.md': { whole: ['msg-002', 'msg-003', 'msg-004'], reported: ['OPEN_FENCE'] },
  'half-saved.md': { whole: ['msg-001', 'msg-002'], reported: ['OPEN_FENCE'] },
  // Known limits: line ends of CR alone are none, and a quoted patch holds no messages.
  'old-mac.md': { whole: [], reported: [] },
  'pasted-diff.md': { whole: [], reported: [] },
  'prettier.md': { whole: ['msg-001', 'msg-002', 'msg-003', 'msg-004'], reported: [] },
  'prettier-tabs-wrapped-crlf.md': { whole: ['msg-001', 'msg-002', 'msg-003', 'msg-004'], reported: [] },
  'utf16.md': { whole: [], reported: ['INVALID_UTF8'] },
  'vim-dos-bomb-modeline.md': { whole: ['msg-001', 'msg-002', 'msg-003', 'msg-004'], reported: [] },
  'vim-reflowed.md': { whole: [], reported: ['OPEN_FENCE'] },
  'vim-tabs-no-eol.md': { whole: ['msg-001', 'msg-002', 'msg-003', 'msg-004'], reported: [] },
  'windows-notepad.md': { whole: ['msg-001', 'msg-002', 'msg-003', 'msg-004'], reported: [] },
  'zeroed-by-a-crash.md': { whole: ['msg-001'], reported: ['OPEN_FENCE'] },
};

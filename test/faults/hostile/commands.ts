import { EVERY_ESCAPE } from './payloads.ts';

/**
 * Command lines of every command, as they meet what others wrote, and what is typed from it. `X` stands for the hostile
 * text; those after the empty line change the workspace.
 */
const LINES = `
where
agents list
agents show gpt
agents show X
group list
channel list
template INFO
template X
schema INFO
schema X
inbox --as gpt
inbox --as gpt --all --archived
inbox --as X
inbox --as gpt --sender X
inbox --as gpt --type X
inbox --as gpt --text red
read msg-001
read msg-005
read X
read msg-002 --as gpt
thread msg-001
thread X
track msg-001
track msg-008
track X
sent --as claude
sent --as X
search red
search X
status
held list
held read msg-010
held read X
reservations
reservations src/a
reservations X
ready
ready X
phase list
plan check
task list
brief gpt
brief X
brief --task TASK
overdue
stats
report
report --since X
check --from claude --to gpt --type INFO --subject X --details X
check --from X --to X --type X --subject X --details X
commit --dry-run
log
log msg-001
log X
log --since X
show msg-001
show X
show msg-001 --at X
diff
diff X
diff HEAD~1 HEAD
git check
git guard
dead list
dead read msg-008
dead read X
validate
validate agent-comms/gpt-inbox.md
validate X
validate MESSAGE
doctor
completion X
export X
import X
migrate --to X
wait --as gpt --for X --timeout 10ms
watch --as gpt --timeout 10ms
watch --as X --timeout 10ms
watch --all --timeout 10ms --exec true --waiting
work --as gpt --once --timeout 10ms --type X --exec true
ask --from claude --to gpt --type QUESTION --subject X --details X --timeout 10ms
X
--X
send --X
help X
simulate --in X
git merge-driver inbox X X X X
git reconcile --X

agents add X
agents remove X
group add X --members X
group add crew --members X
group remove X
channel subscribe X --as gpt
channel unsubscribe X --as gpt
heartbeat --as gpt --status X --task X
agents list
send --from claude --to X --type INFO --subject X --details X
send --from claude --to gpt --type X --subject X --details X
send --from claude --to gpt --type INFO --subject X --details X --context X=X --ref X --attach X
send --from claude --to gpt --type INFO --subject X --details X --channel X
send --from claude --group X --type INFO --subject X --details X
send --message MESSAGE --from claude
send --message BROKEN --from claude
reserve X --as gpt --task X
reserve src/b --as claude --task X
unreserve X --as gpt
reply msg-001 --as gpt --details X
reply X --as gpt --details X
ack msg-001 --as gpt
ack X --as gpt
claim --as gpt
claim X --as gpt
extend msg-001 --as gpt --token X
release msg-001 --as gpt --token X
done X --as gpt
done msg-001 --as gpt --result X
fail msg-002 --as gpt --error X
block msg-003 --as gpt --reason X
unblock msg-003 --as gpt
unblock X --as gpt
phase start X
phase pause one
phase resume one
phase end one
phase end X
task done api --as gpt
task done X --as gpt
held release msg-010 --by X
held reject msg-011 --by X --reason X
replay --as gpt --to claude --all --dry-run
replay --as gpt --to claude --thread X
replay --as claude --to gpt --all
dead redrive msg-008
dead redrive X
dead purge X
dead purge msg-009
sweep
archive --agent X
archive --rotate
work --as gpt --once --timeout 1s --exec false
commit -m X
log
sync --remote X
sync
git setup
doctor --fix
export out
import out
init --agents X
demo X
`;

/** Every line with `text` in it, split into words; the names of files stand for `files`. */
export function commandLines(files: Record<string, string>, text = EVERY_ESCAPE): string[][] {
  // No command line can hold a NUL.
  const typed = text.replaceAll('\0', '');
  return LINES.split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' ').map((word) => files[word] ?? word.replaceAll('X', typed)));
}

/** The commands that the lines call. */
export function commandsCalled(): string {
  return LINES;
}

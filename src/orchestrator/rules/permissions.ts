import type { Priority } from '../../message/message.ts';
import { rankOf } from '../../message/priority.ts';
import type { CheckContext, Finding, Rule } from '../verdict.ts';
import { namesOf, refusal, typesAllowed } from './words.ts';

/** Who may write what to whom, by config.json (the seed's MessageValidation and droid_permissions). */
export const permissionsRule: Rule = (context) => {
  if (!context.communication.enabled) return [disabled()];
  return [...senderFindings(context), ...recipientFindings(context), ...contentFindings(context)];
};

function senderFindings({ sender, mode, communication, permissions }: CheckContext): Finding[] {
  const { senders } = communication;
  if (senders && !senders.includes(sender)) {
    return [
      refusal(
        'SENDER_NOT_ALLOWED',
        `${sender} may send no messages here.`,
        `Add "${sender}" to communication.allowed_senders in config.json.`,
      ),
    ];
  }
  if (mode !== 'broadcast' || permissionsOf(permissions, sender)?.broadcast !== false) return [];
  return [
    refusal(
      'BROADCAST_NOT_ALLOWED',
      `${sender} may not broadcast.`,
      `Name the recipients with --to, or set can_broadcast in the permissions of ${sender} in config.json.`,
    ),
  ];
}

function recipientFindings({ sender, recipients, mode, communication, permissions, groups }: CheckContext): Finding[] {
  const others = recipients.filter((name) => name !== sender);
  // Whoever of a group takes the message reads it, be it the sender itself.
  const membersOf = (name: string) => (Object.hasOwn(groups, name) ? (groups[name] ?? []) : []).filter((one) => one !== sender);
  // A group is allowed by its name, or where all its members are.
  const isIn = (allowed: readonly string[] | undefined, name: string) => {
    const members = membersOf(name);
    return allowed === undefined || allowed.includes(name) || (members.length > 0 && members.every((one) => allowed.includes(one)));
  };
  const isShut = (name: string) => permissionsOf(permissions, name)?.senders?.includes(sender) === false;

  const sendTo = mode === 'broadcast' ? undefined : permissionsOf(permissions, sender)?.sendTo;
  const closed = others.filter((name) => !isIn(communication.receivers, name));
  const unreached = others.filter((name) => !closed.includes(name) && !isIn(sendTo, name));
  const shut = [...new Set(others.flatMap((name) => [name, ...membersOf(name)]))].filter(isShut);
  return [
    ...(closed.length > 0
      ? [
          refusal(
            'RECIPIENT_NOT_ALLOWED',
            `Nobody may write to ${namesOf(closed)} here.`,
            `Write to somebody else, or add ${namesOf(closed)} to communication.allowed_receivers in config.json.`,
            { recipients: closed },
          ),
        ]
      : []),
    ...(unreached.length > 0
      ? [
          refusal(
            'RECIPIENT_NOT_ALLOWED',
            `${sender} may not write to ${namesOf(unreached)}.`,
            `${sendTo && sendTo.length > 0 ? `Write to ${namesOf(sendTo)}, or add` : 'Add'} ${namesOf(unreached)} to can_send_to in the permissions of ${sender} in config.json.`,
            { recipients: unreached, can_send_to: sendTo },
          ),
        ]
      : []),
    ...(shut.length > 0
      ? [
          refusal(
            'SENDER_NOT_ALLOWED',
            `${namesOf(shut)} take${shut.length === 1 ? 's' : ''} no messages from ${sender}.`,
            `Write to somebody else, or add "${sender}" to allowed_senders in the permissions of ${namesOf(shut)} in config.json.`,
            { recipients: shut },
          ),
        ]
      : []),
  ];
}

function contentFindings({ sender, message, permissions }: CheckContext): Finding[] {
  const { maxUrgency, types } = permissionsOf(permissions, sender) ?? {};
  return [
    ...(maxUrgency !== undefined && rankOf(message.priority) > rankOf(maxUrgency) ? [tooUrgent(sender, message.priority, maxUrgency)] : []),
    ...(types && !typesAllowed(types, message.type)
      ? [
          refusal(
            'TYPE_NOT_ALLOWED',
            `${sender} may not send messages of type ${message.type}.`,
            `Send one of ${namesOf(types)}, or add it to allowed_types in the permissions of ${sender} in config.json.`,
            { type: message.type, allowed_types: types },
          ),
        ]
      : []),
  ];
}

function tooUrgent(sender: string, priority: Priority, maxUrgency: Priority): Finding {
  return refusal(
    'URGENCY_NOT_ALLOWED',
    `${sender} may send nothing more urgent than ${maxUrgency}, and this is ${priority}.`,
    `Send it with --priority ${maxUrgency}, or raise max_urgency in the permissions of ${sender} in config.json.`,
    { priority, max_urgency: maxUrgency },
  );
}

function disabled(): Finding {
  return refusal(
    'COMMUNICATION_DISABLED',
    'Messages between agents are switched off in this workspace.',
    'Set communication.enabled in config.json to true, or take it out.',
  );
}

function permissionsOf(permissions: CheckContext['permissions'], name: string) {
  return Object.hasOwn(permissions, name) ? permissions[name] : undefined;
}

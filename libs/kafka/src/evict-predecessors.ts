import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { describeError } from '#errors';
import type { Log } from '#log';
import type { Broker } from 'kafkajs';

/** A group coordinator, with the request that kafkajs has and does not declare. */
interface Coordinator extends Pick<Broker, 'describeGroups'> {
  leaveGroup: (member: { groupId: string; memberId: string }) => Promise<unknown>;
}

interface Described {
  groups: { members: { memberId: string; clientId: string }[] }[];
}

const TIMEOUT_MS = 3_000;

/**
 * Where a process id means this process: the machine since it was started, and the container, many of which have one
 * host name and a process 1.
 */
const PLACE = createHash('sha256')
  .update([hostname(), bootId(), pidNamespace()].join())
  .digest('hex')
  .slice(0, 12);

/** Client id of a group member: tells which process on which machine, or in which container, it is. */
export function memberClientId(groupId: string): string {
  return `${prefixOf(groupId)}${process.pid}`;
}

function prefixOf(groupId: string): string {
  return `${groupId}@${hostname()}/${PLACE}:`;
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8');
  } catch {
    // No Linux, so no containers either.
    return '';
  }
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/**
 * Makes members leave the group whose process is gone from this machine, or was this very process under an earlier
 * connection. kafkajs has no static membership, so the partitions of a killed process would wait for its session to
 * run out. Does what it can in 3 s; the session's end does the rest.
 */
export async function evictPredecessors(
  findCoordinator: () => Promise<unknown>,
  groupId: string,
  log: Log,
): Promise<void> {
  try {
    await Promise.race([
      evict((await findCoordinator()) as Coordinator, groupId, log),
      delay(TIMEOUT_MS, undefined, { ref: false }),
    ]);
  } catch (error) {
    log.debug({ reason: describeError(error), group: groupId }, 'consumer.eviction_failed');
  }
}

async function evict(coordinator: Coordinator, groupId: string, log: Log): Promise<void> {
  const { groups } = (await coordinator.describeGroups({ groupIds: [groupId] })) as Described;
  for (const { memberId, clientId } of groups.flatMap(({ members }) => members)) {
    if (!isGone(clientId, groupId)) continue;
    await coordinator.leaveGroup({ groupId, memberId });
    log.info({ group: groupId, clientId }, 'consumer.predecessor_evicted');
  }
}

function isGone(clientId: string, groupId: string): boolean {
  const prefix = prefixOf(groupId);
  if (!clientId.startsWith(prefix)) return false;
  const pid = Number(clientId.slice(prefix.length));
  return pid === process.pid || !isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

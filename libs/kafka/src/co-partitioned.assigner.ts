import type { Assigner, Cluster, PartitionAssigner } from 'kafkajs';
import { AssignerProtocol } from './kafkajs.ts';
import { balance, type Claim } from './balance-partitions.ts';

/** What the group's members tell each other when they join. */
interface MemberData {
  owned: number[];
}

/** Seams that a consumer of a group needs and kafkajs does not offer. */
export interface AssignerHooks {
  /** Partitions this member owns now; it keeps them where the balance allows. */
  owned: () => number[];
  /**
   * Awaited before every join, while this member still owns its partitions: finish or cut what is in flight, and
   * commit. kafkajs has no revocation callback; asking for the coordinator is the one awaited step before each join.
   */
  beforeJoin: (findCoordinator: () => Promise<unknown>) => Promise<void>;
  /** Awaited before every fetch: a look at the metadata's age is the one awaited step before each. */
  beforeFetch: () => Promise<void>;
}

const VERSION = 1;

/**
 * Gives partition p of every subscribed topic to the same member, keeps partitions where they are, and evens out
 * their number. So a destination, being the key of its delivery and retry topics, lives in exactly one worker.
 */
export function coPartitionedAssigner(hooks: AssignerHooks): PartitionAssigner {
  return ({ cluster }): Assigner => {
    awaitHooks(cluster, hooks);
    return {
      name: 'HubCoPartitionedAssigner',
      version: VERSION,
      protocol: ({ topics }) => ({
        name: 'HubCoPartitionedAssigner',
        metadata: AssignerProtocol.MemberMetadata.encode({
          version: VERSION,
          topics,
          userData: Buffer.from(JSON.stringify({ owned: hooks.owned() } satisfies MemberData)),
        }),
      }),
      assign: async ({ members, topics }) => {
        const partitionsOf = (topic: string) =>
          cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
        const count = Math.max(0, ...topics.flatMap(partitionsOf).map((partition) => partition + 1));
        const claims = members.map(({ memberId, memberMetadata }): Claim => ({
          memberId,
          owned: readOwned(memberMetadata),
        }));
        return [...balance(claims, count)].map(([memberId, owned]) => ({
          memberId,
          memberAssignment: AssignerProtocol.MemberAssignment.encode({
            version: VERSION,
            assignment: Object.fromEntries(
              topics.map((topic) => [topic, ownedOf(partitionsOf(topic), owned)]),
            ),
            userData: Buffer.alloc(0),
          }),
        }));
      },
    };
  };
}

function ownedOf(partitions: number[], owned: readonly number[]): number[] {
  return partitions.filter((partition) => owned.includes(partition));
}

function readOwned(metadata: Buffer): number[] {
  const userData = AssignerProtocol.MemberMetadata.decode(metadata)?.userData;
  if (userData === undefined || userData.length === 0) return [];
  return (JSON.parse(userData.toString()) as MemberData).owned;
}

function awaitHooks(cluster: Cluster, hooks: AssignerHooks): void {
  const findGroupCoordinator = cluster.findGroupCoordinator.bind(cluster);
  cluster.findGroupCoordinator = async (group) => {
    await hooks.beforeJoin(() => findGroupCoordinator(group));
    return findGroupCoordinator(group);
  };
  const refreshMetadataIfNecessary = cluster.refreshMetadataIfNecessary.bind(cluster);
  cluster.refreshMetadataIfNecessary = async () => {
    await hooks.beforeFetch();
    return refreshMetadataIfNecessary();
  };
}

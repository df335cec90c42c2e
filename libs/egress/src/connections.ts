import { Client, type buildConnector } from 'undici';

/** Something that wants a connection and is told when it has one. */
export interface Borrower {
  onConnection(connection: Connection): void;
  interrupt(): void;
}

/** One kept-alive connection: an undici client that never has more than one request. */
export interface Connection {
  client: Client;
  /** Responses read from the socket that is open now; 0 means that a fresh socket will be, or was, opened. */
  served: number;
  borrower: Borrower | null;
  readonly peer: Peer;
}

/** The connections to one origin (scheme, host, port). */
interface Peer {
  readonly origin: string;
  idle: Connection[];
  open: number;
  waiting: Set<Borrower>;
}

/** Limits of the kept-alive connections. */
export interface ConnectionLimits {
  maxPerOrigin: number;
  /** Over all origins; beyond it the one idle for longest is closed. */
  maxIdle: number;
  idleTimeoutMs: number;
}

/**
 * Lends connections, the one used last first, so that a destination keeps few and hot ones. What is idle for
 * `idleTimeoutMs` is closed, and an origin without connections is forgotten: memory follows what is in use, not how many
 * destinations there have ever been.
 */
export class Connections {
  readonly #connect: buildConnector.connector;
  readonly #limits: ConnectionLimits;
  readonly #peers = new Map<string, Peer>();
  readonly #all = new Set<Connection>();
  /** In the order in which they fell idle. */
  readonly #idle = new Set<Connection>();

  constructor(connect: buildConnector.connector, limits: ConnectionLimits) {
    this.#connect = connect;
    this.#limits = limits;
  }

  /** Calls `onConnection` at once, or when another borrower gives one back. */
  borrow(origin: string, borrower: Borrower): void {
    const peer = this.#peerOf(origin);
    const idle = peer.idle.pop();
    if (idle) {
      this.#idle.delete(idle);
      this.#lend(idle, borrower);
    } else if (peer.open < this.#limits.maxPerOrigin) {
      this.#lend(this.#open(peer), borrower);
    } else {
      peer.waiting.add(borrower);
    }
  }

  /** Gives back a connection that is broken, and borrows one whose socket is new. */
  replace(broken: Connection, borrower: Borrower): void {
    this.#discard(broken);
    this.#lend(this.#open(broken.peer), borrower);
  }

  /** Takes a borrower that has no connection yet out of the queue. */
  forget(origin: string, borrower: Borrower): void {
    const peer = this.#peers.get(origin);
    if (!peer) return;
    peer.waiting.delete(borrower);
    this.#dropIfUnused(peer);
  }

  giveBack(connection: Connection, isReusable: boolean): void {
    const { peer } = connection;
    connection.borrower = null;
    if (!isReusable) this.#discard(connection);
    const [next] = peer.waiting;
    if (next) {
      peer.waiting.delete(next);
      this.#lend(isReusable ? connection : this.#open(peer), next);
    } else if (isReusable) {
      this.#keep(connection);
    } else {
      this.#dropIfUnused(peer);
    }
  }

  /** Interrupts every borrower and closes everything. */
  async close(): Promise<void> {
    for (const { waiting } of this.#peers.values()) for (const borrower of waiting) borrower.interrupt();
    const all = [...this.#all];
    for (const { borrower } of all) borrower?.interrupt();
    for (const connection of all) this.#discard(connection);
    this.#peers.clear();
    await Promise.all(all.map(({ client }) => client.destroy()));
  }

  /** How many origins and connections are held now. */
  count(): { origins: number; open: number; idle: number } {
    return { origins: this.#peers.size, open: this.#all.size, idle: this.#idle.size };
  }

  #peerOf(origin: string): Peer {
    const known = this.#peers.get(origin);
    if (known) return known;
    const peer: Peer = { origin, idle: [], open: 0, waiting: new Set() };
    this.#peers.set(origin, peer);
    return peer;
  }

  #open(peer: Peer): Connection {
    const client = new Client(peer.origin, {
      connect: this.#connect,
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: this.#limits.idleTimeoutMs,
      keepAliveMaxTimeout: this.#limits.idleTimeoutMs,
      // One deadline over the whole attempt is kept in exchange.ts: these two would restart with every byte.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const connection: Connection = { client, served: 0, borrower: null, peer };
    client.on('disconnect', () => {
      connection.served = 0;
      if (this.#idle.has(connection)) {
        this.#discard(connection);
        this.#dropIfUnused(peer);
      }
    });
    this.#peers.set(peer.origin, peer);
    peer.open++;
    this.#all.add(connection);
    return connection;
  }

  #lend(connection: Connection, borrower: Borrower): void {
    connection.borrower = borrower;
    borrower.onConnection(connection);
  }

  #keep(connection: Connection): void {
    connection.peer.idle.push(connection);
    this.#idle.add(connection);
    if (this.#idle.size <= this.#limits.maxIdle) return;
    const [oldest] = this.#idle;
    if (!oldest) return;
    this.#discard(oldest);
    this.#dropIfUnused(oldest.peer);
  }

  #discard(connection: Connection): void {
    if (!this.#all.delete(connection)) return;
    const { peer, client } = connection;
    connection.borrower = null;
    if (this.#idle.delete(connection)) peer.idle.splice(peer.idle.indexOf(connection), 1);
    peer.open--;
    // Not at once: this often runs inside a callback of the very client.
    queueMicrotask(() => client.destroy(null, () => {}));
  }

  #dropIfUnused(peer: Peer): void {
    if (peer.open === 0 && peer.waiting.size === 0 && this.#peers.get(peer.origin) === peer)
      this.#peers.delete(peer.origin);
  }
}

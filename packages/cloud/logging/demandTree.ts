import type { Arrival, Comparable, Demand, Demands } from "./demands.ts";

/** Things that wait at one point of the tree, and the places that are looked at to go on from there. */
interface Node<T> {
  readonly here: Set<T>;
  readonly branches: Map<string, Branch<T>>;
  /** Takes it out of the tree. */
  readonly cut: () => void;
}

interface Branch<T> {
  readonly valuesOf: Demand["valuesOf"];
  readonly byValue: Map<Comparable, Node<T>>;
}

/** A thing may be found in so many ways; one that demands more is found without that, and tried. */
const MAX_NODES = 32;

/**
 * Finds, of things that demand something of entries, those whose demands an entry meets, without looking at the
 * others: at each point, by what the entry holds in the places of which something is demanded there.
 */
export class DemandTree<T> {
  readonly #root: Node<T> = { here: new Set(), branches: new Map(), cut: () => undefined };
  readonly #nodes = new Map<T, readonly Node<T>[]>();

  add(thing: T, demands: Demands): void {
    let nodes = [this.#root];
    // In one order, so that they share their way. The log comes first: it is known before the entry is made.
    for (const demand of [...demands].sort((a, b) => (a.key > b.key ? 1 : -1))) {
      if (nodes.length * demand.values.size > MAX_NODES) continue;
      nodes = nodes.flatMap((node) =>
        Array.from(demand.values, (value) => childOf(node, demand, value)),
      );
    }
    for (const node of nodes) node.here.add(thing);
    this.#nodes.set(thing, nodes);
  }

  delete(thing: T): void {
    for (const node of this.#nodes.get(thing) ?? []) {
      node.here.delete(thing);
      node.cut();
    }
    this.#nodes.delete(thing);
  }

  /** The things whose demands an entry meets, each once, in no order. */
  find(arrival: Arrival): readonly T[] {
    const found: T[] = [];
    collect(this.#root, arrival, found);
    return found;
  }
}

function childOf<T>(parent: Node<T>, { key, valuesOf }: Demand, value: Comparable): Node<T> {
  let branch = parent.branches.get(key);
  if (!branch) {
    branch = { valuesOf, byValue: new Map() };
    parent.branches.set(key, branch);
  }
  const { byValue } = branch;
  let child = byValue.get(value);
  if (!child) {
    const made: Node<T> = {
      here: new Set(),
      branches: new Map(),
      cut() {
        if (made.here.size > 0 || made.branches.size > 0) return;
        byValue.delete(value);
        if (byValue.size > 0) return;
        parent.branches.delete(key);
        parent.cut();
      },
    };
    byValue.set(value, made);
    child = made;
  }
  return child;
}

function collect<T>(node: Node<T>, arrival: Arrival, found: T[]): void {
  // Of few: a set would take longer to make.
  for (const thing of node.here) if (!found.includes(thing)) found.push(thing);
  for (const { valuesOf, byValue } of node.branches.values()) {
    for (const value of valuesOf(arrival)) {
      const child = byValue.get(value);
      if (child) collect(child, arrival, found);
    }
  }
}

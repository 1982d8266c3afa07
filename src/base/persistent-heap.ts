/** A priority queue whose operations leave the old one intact: a leftist heap. Smallest number first. */
export type PersistentHeap =
  | undefined
  | { readonly value: number; readonly rank: number; readonly left: PersistentHeap; readonly right: PersistentHeap }

export function push(heap: PersistentHeap, value: number): PersistentHeap {
  return merge(heap, { value, rank: 1, left: undefined, right: undefined })
}

/** The heap without its smallest value (`heap.value`). */
export function pop(heap: PersistentHeap): PersistentHeap {
  return heap === undefined ? undefined : merge(heap.left, heap.right)
}

// Recursion is over the right spine, which a leftist heap keeps at log n.
function merge(a: PersistentHeap, b: PersistentHeap): PersistentHeap {
  if (a === undefined) return b
  if (b === undefined) return a
  if (b.value < a.value) return merge(b, a)
  const merged = merge(a.right, b)
  const [left, right] = rankOf(a.left) >= rankOf(merged) ? [a.left, merged] : [merged, a.left]
  return { value: a.value, rank: rankOf(right) + 1, left, right }
}

function rankOf(heap: PersistentHeap): number {
  return heap?.rank ?? 0
}

import { readFileSync } from 'node:fs'
import { besideBundle } from '../../base/beside-bundle.ts'

/** What threads share, so that it is compiled once. */
export type Md5Module = object

/** MD5 (RFC 1321) of eight messages at once, in the 32-bit lanes of two of WebAssembly's 128-bit vectors. MD5 is one long
 * chain of dependent steps, so a core computes the four of a vector in about the time of one, and a second vector while the
 * first waits for itself: 2.5 GB/s where one vector makes 1.5 and OpenSSL 0.7. No package on npm does that. */
export function compileMd5(): Md5Module {
  return new WebAssembly.Module(writtenProgram() ?? md5Program())
}

/** Makes it ready. `bytes`: how much memory is wanted from `freeAt` on. */
export function loadMd5(module: Md5Module, bytes: number): Md5Exports {
  const md5 = new WebAssembly.Instance(module).exports as Md5Exports
  md5.memory.grow(Math.ceil((freeAt + bytes) / 65_536) - 1)
  return md5
}

export interface Md5Exports {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number }
  /** Feeds `blocks` blocks of 64 bytes (1 or more) to the state of each lane, from the address at `addressesAt`. */
  readonly rounds: (blocks: number) => void
}

// To put it together takes longer than to start a thread, so a bundle has it written down beside it.
function writtenProgram(): Uint8Array | undefined {
  const file = besideBundle('md5.wasm')
  return file === undefined ? undefined : readFileSync(file)
}

/** How many messages. */
export const laneCount = 8
const lanesOfVector = 4
const vectors = laneCount / lanesOfVector

/** Where word A (0) to D (3) of a lane's state stands in memory: the words of a vector's lanes side by side. */
export function stateAt(lane: number, word: number): number {
  return stateOfVector(Math.floor(lane / lanesOfVector), word) + 4 * (lane % lanesOfVector)
}

function stateOfVector(vector: number, word: number): number {
  return 64 * vector + 16 * word
}

/** Where the addresses of the lanes' next blocks stand, one after the other. */
export const addressesAt = 512
const tableAt = 1024
/** From here on memory is free. */
export const freeAt = 4096

// What we use of an interface that Node has and its types lack.
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

/** The module, put together instruction by instruction, so that nothing binary lies in the repository. Its memory has one
 * page. */
export function md5Program(): Uint8Array {
  return new Uint8Array([
    0x00,
    0x61,
    0x73,
    0x6d,
    0x01,
    0x00,
    0x00,
    0x00,
    ...section(1, [[0x60, ...list([[i32]]), 0x00]]),
    ...section(3, [[0x00]]),
    ...section(5, [[0x00, 0x01]]),
    ...section(7, [
      [...name('memory'), 0x02, 0x00],
      [...name('rounds'), 0x00, 0x00],
    ]),
    ...section(10, [sized(code())]),
    ...section(11, [[0x00, ...i32Const(tableAt), 0x0b, ...sized(table())]]),
  ])
}

const [i32, v128] = [0x7f, 0x7b]

// Locals: the parameter, the addresses, then vectors: the states, the 16 words of the blocks, and four to turn rows into
// columns.
const blocksLeft = 0
const address = (lane: number): number => 1 + lane
const state = (vector: number, index: number): number => 1 + laneCount + 4 * vector + index
const word = (vector: number, index: number): number => state(vectors, 0) + 16 * vector + index
const row = (index: number): number => word(vectors, 0) + index

const everyLane = Array.from({ length: laneCount }, (_, lane) => lane)
const everyVector = Array.from({ length: vectors }, (_, vector) => vector)

function code(): number[] {
  const countOfVectors = (4 + 16) * vectors + 4
  const states = everyVector.flatMap((vector) => [0, 1, 2, 3].map((index) => ({ vector, index })))
  return [
    ...list([
      [...unsigned(laneCount), i32],
      [...unsigned(countOfVectors), v128],
    ]),
    ...everyLane.flatMap((lane) => [...i32Const(addressesAt), ...loadInteger(4 * lane), ...set(address(lane))]),
    ...states.flatMap(({ vector, index }) => [
      ...chain(i32Const(0), load(stateOfVector(vector, index)), set(state(vector, index))),
    ]),
    0x03,
    0x40, // loop
    ...everyVector.flatMap((vector) => loadBlock(vector)),
    // Step by step in turn, so that what the processor looks ahead at is of both.
    ...Array.from({ length: 64 }, (_, step) => everyVector.map((vector) => md5Step(step, vector))).flat(2),
    ...states.flatMap(({ vector, index }) => [
      ...chain(i32Const(0), get(state(vector, index))),
      ...chain(i32Const(0), load(stateOfVector(vector, index)), add),
      ...chain(set(state(vector, index)), get(state(vector, index)), store(stateOfVector(vector, index))),
    ]),
    ...everyLane.flatMap((lane) => [...get(address(lane)), ...i32Const(64), 0x6a, ...set(address(lane))]),
    ...chain(get(blocksLeft), i32Const(1), [0x6b], tee(blocksLeft), [0x0d, 0x00]), // again while blocks are left
    0x0b,
    0x0b,
  ]
}

// Four words of each message at a time are read as rows and turned into columns: a vector for each word.
function loadBlock(vector: number): number[] {
  return [0, 4, 8, 12].flatMap((first) => {
    const rows = [0, 1, 2, 3].flatMap((lane) => [
      ...chain(get(address(lanesOfVector * vector + lane)), load(first * 4), set(row(lane))),
    ])
    const low = (left: number, right: number): number[] => shuffle(left, right, [0, 4, 1, 5])
    const high = (left: number, right: number): number[] => shuffle(left, right, [2, 6, 3, 7])
    const [a, b, c, d] = [0, 1, 2, 3].map((index) => word(vector, first + index)) as [number, number, number, number]
    return [
      ...rows,
      ...chain(low(row(0), row(1)), set(a), low(row(2), row(3)), set(b)),
      ...chain(high(row(0), row(1)), set(c), high(row(2), row(3)), set(d)),
      ...chain(shuffle(a, b, [0, 1, 4, 5]), set(row(0)), shuffle(a, b, [2, 3, 6, 7]), set(b)),
      ...chain(get(row(0)), set(a), shuffle(c, d, [0, 1, 4, 5]), set(row(0))),
      ...chain(shuffle(c, d, [2, 3, 6, 7]), set(d), get(row(0)), set(c)),
    ]
  })
}

const turns = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const
const wordOf = [
  (step: number) => step,
  (step: number) => (5 * step + 1) % 16,
  (step: number) => (3 * step + 5) % 16,
  (step: number) => (7 * step) % 16,
] as const

// a := b + ((a + f(b, c, d) + word + constant) turned left); the four state words take turns being a. Only b comes from the
// step before, and every step waits for it: so all that can be done without it is, and what is left is kept short.
function md5Step(step: number, vector: number): number[] {
  const round = Math.floor(step / 16)
  const part = (offset: number): number => state(vector, (offset - step + 64) % 4)
  const [a, b, c, d] = [part(0), part(1), part(2), part(3)]
  const turn = turns[round]![step % 4]!
  return [
    ...chain(get(a), get(word(vector, wordOf[round]!(step % 16))), add),
    ...chain(i32Const(tableAt), load(16 * step), add),
    ...chain(addMixed(round, get(b), get(c), get(d)), tee(a)),
    ...chain(i32Const(turn), shiftLeft, get(a), i32Const(32 - turn), shiftRight, or),
    ...chain(get(b), add, set(a)),
  ]
}

// Adds f(b, c, d) to what stands on the stack. In the second round its halves share no bit, so they are added one by one.
function addMixed(round: number, b: number[], c: number[], d: number[]): number[] {
  if (round === 0) return [...c, ...d, ...xor, ...b, ...and, ...d, ...xor, ...add]
  if (round === 1) return [...c, ...d, ...andNot, ...add, ...b, ...d, ...and, ...add]
  if (round === 2) return [...c, ...d, ...xor, ...b, ...xor, ...add]
  return [...d, ...not, ...b, ...or, ...c, ...xor, ...add]
}

// The 64 constants of RFC 1321, each four times.
function table(): number[] {
  return Array.from({ length: 64 }, (_, step) => {
    const constant = Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32)
    const bytes = [0, 8, 16, 24].map((shift) => (constant >>> shift) & 0xff)
    return [...bytes, ...bytes, ...bytes, ...bytes]
  }).flat()
}

const not = simd(0x4d)
const and = simd(0x4e)
const andNot = simd(0x4f)
const or = simd(0x50)
const xor = simd(0x51)
const shiftLeft = simd(0xab)
const shiftRight = simd(0xad)
const add = simd(0xae)

function simd(code: number): number[] {
  return [0xfd, ...unsigned(code)]
}

function shuffle(left: number, right: number, words: readonly number[]): number[] {
  const bytes = words.flatMap((index) => [0, 1, 2, 3].map((byte) => 4 * index + byte))
  return [...get(left), ...get(right), ...simd(0x0d), ...bytes]
}

function loadInteger(offset: number): number[] {
  return [0x28, 0x00, ...unsigned(offset)]
}

function load(offset: number): number[] {
  return [...simd(0x00), 0x00, ...unsigned(offset)]
}

function store(offset: number): number[] {
  return [...simd(0x0b), 0x00, ...unsigned(offset)]
}

function get(local: number): number[] {
  return [0x20, ...unsigned(local)]
}

function set(local: number): number[] {
  return [0x21, ...unsigned(local)]
}

function tee(local: number): number[] {
  return [0x22, ...unsigned(local)]
}

function i32Const(value: number): number[] {
  return [0x41, ...signed(value)]
}

function chain(...parts: readonly number[][]): number[] {
  return parts.flat()
}

function section(id: number, items: readonly (readonly number[])[]): number[] {
  return [id, ...sized(list(items))]
}

function list(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()]
}

function sized(bytes: readonly number[]): number[] {
  return [...unsigned(bytes.length), ...bytes]
}

function name(text: string): number[] {
  return sized([...Buffer.from(text)])
}

// LEB128: seven bits a byte, the lowest first; the eighth says that more follow.
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]
}

function signed(value: number): number[] {
  const isLast = value >= -0x40 && value < 0x40
  return isLast ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)]
}

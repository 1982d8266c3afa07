import { itemFields } from '../schema/item-shapes.ts'
import { anyOf, anything, bool, listOf, map, nullable, record, text, type Shape } from '../schema/shape.ts'

const repo: Shape = record(
  {
    url: text,
    rev: text,
    rev_lock: text,
    config: anyOf([text, map], 'text or a map'),
    remote: anyOf([text, map], 'text or a map'),
  },
  ['url'],
)

const db: Shape = record({ connection: text, file_format: text, query: text, table: text })

const depFields = { ...itemFields, persist: bool, fs_config: map, repo, db }

// DVC's schema lets a path be absent and then fails without it; a database import has none.
const dep: Shape = (value, path) =>
  record(depFields, value instanceof Map && value.has('db') ? [] : ['path'])(value, path)

const out: Shape = record(
  {
    ...itemFields,
    persist: bool,
    cache: bool,
    push: bool,
    remote: text,
    desc: text,
    type: text,
    labels: listOf(text),
    meta: anything,
    fs_config: map,
  },
  ['path'],
)

/** What a .dvc file has to look like (DVC: `schema.py::SINGLE_STAGE_SCHEMA`). */
export const dataFileShape: Shape = record({
  outs: nullable(listOf(out)),
  deps: nullable(listOf(dep)),
  md5: itemFields.md5,
  wdir: nullable(text),
  frozen: bool,
  locked: bool,
  always_changed: bool,
  desc: text,
  meta: anything,
})

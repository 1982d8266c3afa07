import { expect } from 'vitest'
import type { Chapter } from './trap.ts'

export const files1: Chapter = {
  title: 'dvc.yaml',
  traps: [
    {
      says: 'the schema is checked before templates are filled in, so a field that is true or false cannot be one',
      proof: {
        project: { 'params.yaml': 'f: true\n', 'dvc.yaml': 'stages:\n  s: {cmd: x, frozen: "${f}"}\n' },
        seen: { loadErrors: ['SCHEMA_INVALID'] },
      },
    },
    {
      says: 'what is used is the data as read, not as checked',
      proof: { exception: 'Our check changes nothing, so there is only one form of the data' },
    },
    {
      says: 'a command that is a number or a map passes the schema and fails when it is run',
      proof: {
        project: { 'dvc.yaml': 'stages:\n  s:\n    cmd:\n    - echo "a: b"\n    - 1\n  t: {cmd: x}\n' },
        seen: { loadErrors: ['STAGE_FIELD_TYPE'], stages: { 'dvc.yaml:t': { cmd: 'x' } } },
      },
    },
    {
      says: 'an out that stands twice in one section is one out with the options of both',
      proof: {
        project: { 'dvc.yaml': 'stages:\n  s: {cmd: x, outs: [o, {o: {cache: false}}, {o: {persist: true}}]}\n' },
        seen: { stages: { 'dvc.yaml:s': { outs: [['o', expect.any(String), false, true, true, false, false]] } } },
      },
    },
    {
      says: 'names of stages are not checked when read',
      proof: {
        project: { 'dvc.yaml': 'stages:\n  bad name!: {cmd: x}\n  x/y: {cmd: x}\n  q:r: {cmd: x}\n  a.b: {cmd: x}\n' },
        seen: { loadErrors: [], stages: { 'dvc.yaml:bad name!': { cmd: 'x' }, 'dvc.yaml:q:r': { cmd: 'x' } } },
      },
    },
    {
      says: 'an @ in a plain name makes the file unusable',
      proof: {
        project: { 'dvc.yaml': 'stages:\n  a@b: {cmd: x}\n  c: {cmd: x}\n' },
        seen: { loadErrors: ['STAGE_NAME_INVALID'] },
      },
    },
    {
      says: 'a literal s@a beside a family s that has an a is listed twice and never reached',
      proof: { exception: 'Refused as what it is, a mistake' },
    },
    {
      says: 'that a stage reads its own out shows only in the graph',
      proof: {
        project: { 'dvc.yaml': 'stages:\n  s: {cmd: x, deps: [o/f], outs: [o]}\n' },
        seen: { loadErrors: [], graphErrors: ['STAGE_CYCLE'] },
      },
    },
    {
      says: 'a list of properties of a plot passes the schema and fails then',
      proof: {
        project: { 'dvc.yaml': 'stages:\n  s: {cmd: x, plots: [{a: [{x: b}]}]}\n  t: {cmd: y}\n' },
        seen: { loadErrors: ['SCHEMA_INVALID'] },
      },
    },
    {
      says: 'an empty command loads and never runs',
      proof: {
        project: { 'dvc.yaml': "stages:\n  s: {cmd: ''}\n  t: {cmd: []}\n  u: {cmd: '${n}'}\n", 'params.yaml': 'n:\n' },
        seen: { loadErrors: [], status: {} },
      },
    },
    {
      says: 'a stage may work in a folder that is an out',
      proof: {
        project: {
          'dvc.yaml': 'stages:\n  s: {cmd: x, outs: [d]}\n  t: {cmd: x, wdir: d}\n  u: {cmd: x, outs: [z]}\n',
        },
        seen: { graphErrors: [], stages: { 'dvc.yaml:t': { cmd: 'x' } } },
      },
    },
    {
      says: 'a stage file inside an out of a folder that is walked later is an error',
      proof: {
        project: {
          'a/dvc.yaml': 'stages:\n  v: {cmd: x}\n',
          'b/dvc.yaml': 'stages:\n  w: {cmd: x, outs: [../a]}\n',
        },
        seen: { graphErrors: ['STAGE_FILE_IN_OUT'] },
      },
    },
    {
      says: 'which of two stages with one out is named first is left to chance',
      proof: { exception: 'We name all of them, in the order of the files' },
    },
  ],
}

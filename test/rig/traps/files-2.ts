import { expect } from 'vitest'
import type { Chapter } from './trap.ts'

export const files2: Chapter = {
  title: 'templates',
  traps: [
    {
      says: 'true in a list that a template names gives an instance called True, in a list in place true',
      proof: {
        project: {
          'params.yaml': 'l: [true]\n',
          'dvc.yaml': 'stages:\n  s: {foreach: "${l}", do: {cmd: x}}\n  t: {foreach: [true], do: {cmd: x}}\n',
        },
        seen: { stages: { 'dvc.yaml:s@True': { cmd: 'x' }, 'dvc.yaml:t@true': { cmd: 'x' } } },
      },
    },
    {
      says: 'nothing is None in a text',
      proof: {
        project: { 'params.yaml': 'n:\n', 'dvc.yaml': 'stages:\n  s: {cmd: "x ${n}"}\n' },
        seen: { stages: { 'dvc.yaml:s': { cmd: 'x None' } } },
      },
    },
    {
      says: 'a date anywhere in params.yaml makes the pipeline unusable',
      proof: {
        project: { 'params.yaml': 'a: {b: [2020-01-01]}\n', 'dvc.yaml': 'stages:\n  s: {cmd: x}\n' },
        seen: { loadErrors: ['VARS_TYPE_UNSUPPORTED'], stages: {} },
      },
    },
    {
      says: 'params.yaml is read though nothing uses it, so an error in it breaks the pipeline',
      proof: {
        project: { 'params.yaml': 'a: [\n', 'dvc.yaml': 'stages:\n  s: {cmd: x}\n' },
        seen: { loadErrors: ['YAML_INVALID'] },
      },
    },
    {
      says: 'part of params.yaml cannot be named in vars, because the whole is there already',
      proof: {
        project: { 'params.yaml': 'x: 1\n', 'dvc.yaml': 'vars: [params.yaml:x]\nstages:\n  s: {cmd: x}\n' },
        seen: { loadErrors: ['VARS_ALREADY_LOADED'] },
      },
    },
    {
      says: 'to define a name again is an error, also with the same value',
      proof: {
        project: { 'params.yaml': 'x: 1\n', 'dvc.yaml': 'vars: [{x: 1}]\nstages:\n  s: {cmd: x}\n' },
        seen: { loadErrors: ['VARS_REDEFINED'] },
      },
    },
    {
      says: 'wdir is resolved before the vars of a stage, and they are read there',
      proof: {
        project: {
          'params.yaml': 'w: sub\n',
          'sub/v.yaml': 'y: below\n',
          'dvc.yaml': 'stages:\n  s: {cmd: "echo ${y}", wdir: "${w}", vars: [v.yaml]}\n',
        },
        seen: { stages: { 'dvc.yaml:s': { cmd: 'echo below', wdir: expect.stringMatching(/sub$/) } } },
      },
    },
    {
      says: 'wdir cannot use the vars of its stage',
      proof: {
        project: { 'dvc.yaml': 'stages:\n  s: {cmd: x, wdir: "${w}", vars: [{w: sub}]}\n' },
        seen: { loadErrors: ['TEMPLATE_UNKNOWN_NAME'] },
      },
    },
    {
      says: 'an escape is taken out of values too, but not of a value that is the whole text',
      proof: {
        project: {
          'params.yaml': 'c: \\${q}\n',
          'dvc.yaml': 'stages:\n  s: {cmd: ["${c}", "x ${c}", "\\\\${c}"]}\n',
        },
        seen: { stages: { 'dvc.yaml:s': { cmd: ['\\${q}', 'x ${q}', '${c}'] } } },
      },
    },
    {
      says: 'a map becomes options inside a command, and as the whole command is none',
      proof: {
        project: {
          'params.yaml': 'd: {lr: 0.1, fast: true}\n',
          'dvc.yaml': 'stages:\n  s: {cmd: "x ${d}"}\n  t: {cmd: "${d}"}\n',
        },
        seen: { stages: { 'dvc.yaml:s': { cmd: 'x --lr 0.1 --fast' } }, loadErrors: ['STAGE_FIELD_TYPE'] },
      },
    },
    {
      says: 'one map or list among the items makes all keys of foreach indexes',
      proof: {
        project: { 'dvc.yaml': 'stages:\n  s: {foreach: [a, {b: 1}], do: {cmd: x}}\n' },
        seen: { stages: { 'dvc.yaml:s@0': { cmd: 'x' }, 'dvc.yaml:s@1': { cmd: 'x' } } },
      },
    },
    {
      says: 'keys that are no text do not exist for templates, but name instances where they stand in foreach',
      proof: {
        project: {
          'params.yaml': 'm: {1: one, a: two}\n',
          'dvc.yaml': 'stages:\n  s: {foreach: "${m}", do: {cmd: x}}\n  t: {foreach: {1: one}, do: {cmd: x}}\n',
        },
        seen: { stages: { 'dvc.yaml:s@a': { cmd: 'x' }, 'dvc.yaml:t@1': { cmd: 'x' } } },
      },
    },
    {
      says: 'instances of a matrix are named in the order in which its axes are written',
      proof: {
        project: { 'dvc.yaml': 'stages:\n  s: {matrix: {m: [cnn, {d: 3}], n: [1, true]}, cmd: x}\n' },
        seen: { stages: { 'dvc.yaml:s@cnn-1': { cmd: 'x' }, 'dvc.yaml:s@m1-true': { cmd: 'x' } } },
      },
    },
    {
      says: 'options are quoted only where a shell needs it',
      proof: {
        project: {
          'params.yaml': "d: {a: foo, b: it's, c: a b}\n",
          'dvc.yaml': 'stages:\n  s: {cmd: "x ${d}"}\n',
        },
        seen: { stages: { 'dvc.yaml:s': { cmd: `x --a foo --b 'it'"'"'s' --c 'a b'` } } },
      },
    },
    {
      says: 'the syntax of a body is checked once, also if there are many instances',
      proof: {
        project: { 'dvc.yaml': 'stages:\n  s: {foreach: [1, 2, 3], do: {cmd: "x ${a..b}"}}\n' },
        seen: { loadErrors: ['TEMPLATE_SYNTAX'], stages: {} },
      },
    },
  ],
}

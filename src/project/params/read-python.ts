import { failed, ok, type Result } from '../../base/result.ts'
import type { Value } from '../../base/value.ts'
import { placeOf } from './place-of.ts'
import { paramsProblems } from './problems.ts'
import { PythonFault } from './python/python-fault.ts'
import { readStatements } from './python/read-statements.ts'
import { tokenizePython } from './python/tokenize-python.ts'

/** Reads the parameters in Python source, which is parsed and never run. Syntax is checked as far as finding parameters
 * needs it; faults inside other statements may go unnoticed. */
export function readPython(text: string, file: string): Result<Value> {
  const source = text.replace(/\r\n?/g, '\n')
  try {
    return ok(readStatements(tokenizePython(source)))
  } catch (fault) {
    if (!(fault instanceof PythonFault)) throw fault
    return failed(paramsProblems.invalid(placeOf(file, source, fault.offset), 'Python', fault.message))
  }
}

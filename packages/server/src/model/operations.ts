import document from './model.gen.json' with { type: 'json' }
import type { ModelDocument, OperationModel, StructureModel } from './operation-model.ts'
import type { OperationName } from './types.gen.ts'
import { assert } from '../base/assert.ts'

// Through unknown: the type of the whole file, member by member, would say no more and take long to check.
const model = document as unknown as ModelDocument

export function operationModel(name: OperationName): OperationModel {
  const operation = model.operations[name]
  assert(operation !== undefined, `no operation ${name} in the model`)
  return operation
}

export function operationModels(): [OperationName, OperationModel][] {
  return Object.entries(model.operations) as [OperationName, OperationModel][]
}

export function structureModel(name: string): StructureModel {
  const structure = model.structures[name]
  assert(structure !== undefined, `no structure ${name} in the model`)
  return structure
}

export function enumValues(name: string): readonly string[] {
  const values = model.enums[name]
  assert(values !== undefined, `no enum ${name} in the model`)
  return values
}

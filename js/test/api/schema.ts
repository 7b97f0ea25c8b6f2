// From the OpenAPI document to types, and a normal form in which they can be compared with the client's own.
import type { api } from "./document.js";
import type { Locale } from "../../src/client/index.js";

export type Schemas = typeof api.components.schemas;

/** What a schema describes. A map is always one by language; an object without properties is free. */
export type Told<Schema> =
  Schema extends { $ref: `#/components/schemas/${infer Name extends keyof Schemas & string}` } ? Told<Schemas[Name]>
  : Schema extends { oneOf: readonly (infer One)[] } ? ToldEach<One>
  : Schema extends { allOf: readonly (infer One)[] } ? ToldAll<One>
  : Schema extends { type: readonly (infer Type)[] } ? ToldEach<Type extends unknown ? Omit<Schema, "type"> & { type: Type } : never>
  : Schema extends { type: "string" } ? string
  : Schema extends { type: "integer" | "number" } ? number
  : Schema extends { type: "boolean" } ? boolean
  : Schema extends { type: "null" } ? null
  : Schema extends { type: "array"; items: infer Items } ? Told<Items>[]
  : Schema extends { type: "object"; properties: infer Properties } ? ToldObject<Properties, Required<Schema>>
  : Schema extends { type: "object"; additionalProperties: infer Value } ? Partial<Record<Locale, Told<Value>>>
  : Schema extends { type: "object" } ? Free
  : never;

/** What is told of all of them at once. */
type ToldAll<Schema> = (Schema extends unknown ? (told: Told<Schema>) => void : never) extends (told: infer All) => void ? All : never;
type ToldEach<Schema> = Schema extends unknown ? Told<Schema> : never;
type Required<Schema> = Schema extends { required: readonly (infer Name)[] } ? Name : never;
type ToldObject<Properties, Needed> = {
  -readonly [Name in keyof Properties]: Told<Properties[Name]> | (Name extends Needed ? never : undefined);
};

/** Any members. */
export type Free = Record<string, unknown>;

/**
 * Without what OpenAPI does not say here: the words that a text may be, and which of several forms an object has. What may be
 * left out and what may be null are alike, as the document does not tell them apart; all else stays.
 */
export type Normal<T> = Plain<Extract<T, Simple>> | ([Exclude<T, Simple>] extends [never] ? never : Whole<Exclude<T, Simple>>);

type Simple = string | number | boolean | null | undefined;

type Plain<T> = T extends string ? string : T extends number ? number : T extends boolean ? boolean : null;
type Whole<T> = [T] extends [readonly (infer One)[]] ? Normal<One>[] : string extends Names<T> ? "free" : { [Name in Names<T>]: Normal<At<T, Name>> };
type Names<T> = T extends unknown ? keyof T : never;
type At<T, Name> = T extends unknown ? (Name extends keyof T ? T[Name] : undefined) : never;

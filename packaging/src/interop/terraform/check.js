// Reads Terraform modules with HashiCorp's parser and says what does not fit together in each: check.js TEMPLATE MODULE...
// TEMPLATE is the file that modules fill in with templatefile().
'use strict';

const fs = require('fs');
const path = require('path');
const { parse, getReferencesInExpression } = require('@cdktf/hcl2json');

const FUNCTION = /templatefile\("\$\{path\.module\}\/([^"]+)", \{([^]*?)\n\s*\}\)/g;
const OTHERS = new Set(['count', 'each', 'path', 'self', 'terraform']);

/** All texts of a parsed file, with the names that for-expressions and dynamic blocks around them bring. */
function texts(of, bound, found) {
  if (typeof of === 'string') {
    found.push({ text: of, bound });
  } else if (Array.isArray(of)) {
    of.forEach((one) => texts(one, bound, found));
  } else if (of && typeof of === 'object') {
    for (const [key, value] of Object.entries(of)) {
      const names = key === 'dynamic' ? new Set([...bound, ...Object.keys(value)]) : bound;
      if (key !== 'ignore_changes') {
        texts(value, names, found);
      }
    }
  }
  return found;
}

function merge(all, one) {
  for (const [key, value] of Object.entries(one)) {
    if (all[key] === undefined) {
      all[key] = value;
    } else {
      all[key] = Array.isArray(value) ? all[key].concat(value) : merge(all[key], value);
    }
  }
  return all;
}

async function check(module, template) {
  const wrong = [];
  const all = {};
  for (const file of fs.readdirSync(module).filter((name) => name.endsWith('.tf'))) {
    merge(all, await parse(path.join(module, file), fs.readFileSync(path.join(module, file), 'utf8')));
  }
  const variables = all.variable || {};
  const locals = Object.assign({}, ...(all.locals || []));
  const providers = Object.keys(Object.assign({}, ...all.terraform.flatMap((one) => one.required_providers || [])));
  const there = (kinds, type, name) => kinds && kinds[type] && kinds[type][name];
  const used = new Set();
  let references = 0;
  for (const { text, bound } of texts(all, new Set(), [])) {
    if (!text.includes('${')) {
      continue;
    }
    const own = new Set([...text.matchAll(/\bfor (\w+)(?:, (\w+))? in\b/g)].flatMap((found) => [found[1], found[2]]));
    for (const { value } of await getReferencesInExpression(module, text)) {
      const [kind, name, more] = value.split('.');
      if (own.has(kind) || bound.has(kind) || OTHERS.has(kind) || name === undefined) {
        continue;
      }
      references++;
      used.add(`${kind}.${name}`);
      const known =
        kind === 'var' ? variables[name] : kind === 'local' ? name in locals : kind === 'data' ? there(all.data, name, more) : there(all.resource, kind, name);
      if (!known) {
        wrong.push(`${value} is nowhere declared`);
      }
    }
    for (const [, file, given] of text.matchAll(FUNCTION)) {
      if (path.resolve(module, file) !== path.resolve(template)) {
        wrong.push(`templatefile(${file}): expected ${template}`);
      }
      const names = [...given.matchAll(/^\s*(\w+)\s*=/gm)].map((found) => found[1]).sort();
      const asked = [...new Set([...fs.readFileSync(template, 'utf8').matchAll(/\$\{(\w+)\}/g)].map((found) => found[1]))].sort();
      if (names.join() !== asked.join()) {
        wrong.push(`${file} asks for ${asked}, and is given ${names}`);
      }
      used.add('template');
    }
  }
  Object.keys(variables).filter((name) => !used.has(`var.${name}`)).forEach((name) => wrong.push(`variable ${name} is used nowhere`));
  Object.keys(all.resource || {})
    .filter((type) => !providers.includes(type.split('_')[0]))
    .forEach((type) => wrong.push(`${type} is of no required provider; expected one of ${providers}`));
  if (!used.has('template')) {
    wrong.push(`${path.basename(template)} is not filled in`);
  }
  return { wrong, references };
}

(async () => {
  const [template, ...modules] = process.argv.slice(2);
  let bad = 0;
  for (const module of modules) {
    const name = path.basename(module);
    try {
      const { wrong, references } = await check(module, template);
      wrong.forEach((one) => console.log(`bad ${name}: ${one}`));
      bad += wrong.length;
      if (wrong.length === 0) {
        console.log(`ok ${name}: ${references} references`);
      }
    } catch (error) {
      bad++;
      console.log(`bad ${name}: ${error.message || error}`);
    }
  }
  process.exit(bad === 0 ? 0 : 1);
})();

// Says where descriptions in OpenAPI are not valid, by two validators: validate.js FOLDER

'use strict';

const fs = require('node:fs');
const path = require('node:path');

async function main(folder) {
  const { default: SwaggerParser } = await import('@apidevtools/swagger-parser');
  const { Validator } = await import('@seriousme/openapi-schema-validator');
  const names = fs.readdirSync(folder, { recursive: true });
  const files = names.filter((it) => path.basename(it) === 'openapi.json').sort();
  let wrong = 0;
  const say = (file, message) => {
    wrong += 1;
    console.log(`${file}: ${message}`);
  };
  for (const file of files) {
    const text = fs.readFileSync(path.join(folder, file), 'utf8');
    const { valid, errors } = await new Validator().validate(JSON.parse(text));
    if (!valid) {
      say(file, JSON.stringify(errors));
    }
    try {
      await SwaggerParser.validate(JSON.parse(text));
    } catch (error) {
      say(file, error.message);
    }
  }
  if (files.length === 0) {
    say(folder, 'there is no description');
  }
  console.log(`${files.length} descriptions, ${wrong} mistakes`);
  process.exitCode = wrong > 0 ? 1 : 0;
}

main(process.argv[2]);

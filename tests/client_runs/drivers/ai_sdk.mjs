// Vercel's AI SDK: `node ai_sdk.mjs FOLDER WAY URL KEY MODEL SCENARIO`; FOLDER holds one major version and its providers.
// WAY is compatible, openai, anthropic or google. The last line is `RESULT {json}`, as driver.py describes it.

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, way, url, apiKey, model, scenario] = process.argv.slice(2);
const require = createRequire(`${folder}/package.json`);
const load = (name) => import(pathToFileURL(require.resolve(name)).href);

const { generateObject, generateText, streamText, stepCountIs, tool } = await load("ai");
const { z } = await load("zod");

const providers = {
  async compatible() {
    const { createOpenAICompatible } = await load("@ai-sdk/openai-compatible");
    return createOpenAICompatible({ name: "ours", baseURL: `${url}/v1`, apiKey, supportsStructuredOutputs: true })(model);
  },
  async openai() {
    const { createOpenAI } = await load("@ai-sdk/openai");
    return createOpenAI({ baseURL: `${url}/v1`, apiKey }).responses(model);
  },
  async anthropic() {
    const { createAnthropic } = await load("@ai-sdk/anthropic");
    return createAnthropic({ baseURL: `${url}/v1`, apiKey })(model);
  },
  async google() {
    const { createGoogleGenerativeAI } = await load("@ai-sdk/google");
    return createGoogleGenerativeAI({ baseURL: `${url}/v1beta`, apiKey })(model);
  },
};

const scenarios = {
  async story(model) {
    const pieces = [];
    const answer = streamText({
      model,
      prompt: "Tell me a short story. [sim:words=60]",
      maxRetries: 0,
      onError() {},
    });
    for await (const part of answer.fullStream) {
      if (part.type === "text-delta") pieces.push(part.text);
      if (part.type === "error") throw part.error;
    }
    return { text: pieces.join("") };
  },
  async tools(model) {
    const told = [];
    const { text } = await generateText({
      model,
      maxRetries: 0,
      stopWhen: stepCountIs(6),
      prompt: "Compare the weather of Paris and Oslo, then try the broken tool.",
      tools: {
        get_weather: tool({
          description: "Tell the weather of a city.",
          inputSchema: z.object({ city: z.string() }),
          async execute({ city }) {
            told.push(`21 degrees in ${city}`);
            return told.at(-1);
          },
        }),
        broken_tool: tool({
          description: "A tool that never works.",
          inputSchema: z.object({ reason: z.string() }),
          async execute({ reason }) {
            told.push("broken");
            throw new Error(`The tool is broken: ${reason}`);
          },
        }),
      },
    });
    return { text, told };
  },
  async structured(model) {
    const schema = z.object({ city: z.string(), degrees: z.number().int() });
    const { object } = await generateObject({ model, schema, maxRetries: 0, prompt: "Describe the weather of Paris." });
    return { value: object };
  },
};

let found;
try {
  found = await scenarios[scenario](await providers[way]());
} catch (error) {
  found = { error: `${error?.name}: ${error?.message} ${error?.statusCode ?? ""} ${error?.responseBody ?? ""}` };
}
console.log(`\nRESULT ${JSON.stringify(found)}`);

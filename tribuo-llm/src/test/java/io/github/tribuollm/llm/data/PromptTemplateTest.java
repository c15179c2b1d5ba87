/*
 * Copyright (c) 2026 The tribuo-llm authors. All rights reserved.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.github.tribuollm.llm.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.llm.data.template.AlpacaTemplate;
import io.github.tribuollm.llm.data.template.Gemma3Template;
import io.github.tribuollm.llm.data.template.GemmaTemplate;
import io.github.tribuollm.llm.data.template.Llama3Template;
import io.github.tribuollm.llm.data.template.Phi3Template;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import io.github.tribuollm.llm.data.template.Qwen2Template;
import io.github.tribuollm.llm.data.template.Qwen3Template;
import io.github.tribuollm.llm.data.template.VicunaTemplate;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.test.Helpers;

class PromptTemplateTest {
    private static final Conversation ONE = Conversation.of("Q", "A", "f:1");
    private static final Conversation TWO = new Conversation(
            List.of(
                    new Message("user", " Q1 "),
                    new Message("assistant", " A1 "),
                    new Message("user", "Q2"),
                    new Message("assistant", "A2")),
            "f:2");
    private static final Conversation SYSTEM = new Conversation(
            List.of(new Message("system", "S"), new Message("user", "Q"), new Message("assistant", "A")), "f:3");

    /** Shows trained stretches in brackets. */
    private static String shown(PromptTemplate template, Conversation conversation) {
        return template.render(conversation, "</s>").stream()
                .filter(segment -> !segment.text().isEmpty())
                .map(segment -> segment.trained() ? "[" + segment.text() + "]" : segment.text())
                .collect(Collectors.joining());
    }

    @Test
    void gemma() {
        assertEquals(
                "<start_of_turn>user\nQ1<end_of_turn>\n<start_of_turn>model\n[A1<end_of_turn>]\n"
                        + "<start_of_turn>user\nQ2<end_of_turn>\n<start_of_turn>model\n[A2<end_of_turn>]\n",
                shown(new GemmaTemplate(), TWO));
        assertTrue(refusal(new GemmaTemplate(), SYSTEM).startsWith("f:3: GemmaTemplate has no place for a system"));
    }

    @Test
    void llama3() {
        String dates = "<|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\n"
                + "Today Date: 26 Jul 2024\n\n";
        String turns = "<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nQ<|eot_id|>"
                + "<|start_header_id|>assistant<|end_header_id|>\n\n[A<|eot_id|>]";
        assertEquals(dates + turns, shown(new Llama3Template(), ONE));
        assertEquals(dates + "S" + turns, shown(new Llama3Template(), SYSTEM));
        assertEquals("<|start_header_id|>system<|end_header_id|>\n\nS" + turns, shown(new Llama3Template(""), SYSTEM));
        assertTrue(shown(new Llama3Template(""), TWO).contains("\n\nQ1<|eot_id|>"));
    }

    @Test
    void phi3() {
        assertEquals(
                "<|system|>\nS<|end|>\n<|user|>\nQ<|end|>\n<|assistant|>\n[A<|end|>]\n</s>",
                shown(new Phi3Template(), SYSTEM));
        assertTrue(shown(new Phi3Template(), TWO).startsWith("<|user|>\n Q1 <|end|>\n"));
    }

    @Test
    void qwen2() {
        assertEquals(
                "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\n"
                        + "<|im_start|>user\nQ<|im_end|>\n<|im_start|>assistant\n[A<|im_end|>]\n",
                shown(new Qwen2Template(), ONE));
        assertTrue(shown(new Qwen2Template(Qwen2Template.QWEN2), SYSTEM).startsWith("<|im_start|>system\nS<|im_end|>"));
        assertTrue(shown(new Qwen2Template(""), ONE).startsWith("<|im_start|>user"));
    }

    @Test
    void gemma3PutsTheSystemMessageBeforeTheFirstQuestion() {
        assertEquals(
                "<start_of_turn>user\nS\n\nQ<end_of_turn>\n<start_of_turn>model\n[A<end_of_turn>]\n",
                shown(new Gemma3Template(), SYSTEM));
        assertEquals(shown(new GemmaTemplate(), TWO), shown(new Gemma3Template(), TWO));
    }

    @Test
    void qwen3KeepsThoughtsAfterTheLastQuestionOnly() {
        Conversation thinking = new Conversation(
                List.of(
                        new Message("user", "Q1"),
                        new Message("assistant", "<think>\nT1\n</think>\n\nA1"),
                        new Message("user", "Q2"),
                        new Message("assistant", "<think>\nT2\n</think>\n\nA2"),
                        new Message("user", "<tool_response>R</tool_response>"),
                        new Message("assistant", "A3")),
                "f:4");
        assertEquals(
                "<|im_start|>user\nQ1<|im_end|>\n<|im_start|>assistant\n[A1<|im_end|>]\n"
                        + "<|im_start|>user\nQ2<|im_end|>\n"
                        + "<|im_start|>assistant\n[<think>\nT2\n</think>\n\nA2<|im_end|>]\n"
                        + "<|im_start|>user\n<tool_response>R</tool_response><|im_end|>\n"
                        + "<|im_start|>assistant\n[<think>\n\n</think>\n\nA3<|im_end|>]\n",
                shown(new Qwen3Template(), thinking));
    }

    @Test
    void phi3LeavesAnEmptySystemMessageOut() {
        Conversation empty = new Conversation(List.of(new Message("system", ""), new Message("user", "Q")), "f:5");
        assertEquals("<|user|>\nQ<|end|>\n</s>", shown(new Phi3Template(), empty));
    }

    @Test
    void contentsAreTrimmedAsPythonTrims() {
        Conversation spaced = Conversation.of("\u00a0\u0085Q\u2007\u3000", "\u001f\u200bA\u202f", "f:6");
        assertTrue(shown(new GemmaTemplate(), spaced).contains("user\nQ<end"));
        assertTrue(shown(new GemmaTemplate(), spaced).contains("model\n[\u200bA<end"));
    }

    @Test
    void vicuna() {
        assertEquals("S USER: Q ASSISTANT:[ A</s>]", shown(new VicunaTemplate(), SYSTEM));
        assertEquals(
                VicunaTemplate.DEFAULT_SYSTEM + " USER:  Q1  ASSISTANT:[  A1 </s>]USER: Q2 ASSISTANT:[ A2</s>]",
                shown(new VicunaTemplate(), TWO));
    }

    @Test
    void questionAnswer() {
        assertEquals("Question: Q\nAnswer:[ A</s>]", shown(new QuestionAnswerTemplate(), ONE));
        assertTrue(refusal(new QuestionAnswerTemplate(), TWO).contains("not 4 messages; use a chat template"));
        assertTrue(refusal(new QuestionAnswerTemplate(), SYSTEM).contains("no place for a system message"));
    }

    @Test
    void alpaca() {
        assertEquals(
                "Below is an instruction that describes a task. Write a response that appropriately completes the"
                        + " request.\n\n### Instruction:\nQ\n\n### Response:[A</s>]",
                shown(new AlpacaTemplate(), ONE));
        assertEquals(
                "Below is an instruction that describes a task, paired with an input that provides further context."
                        + " Write a response that appropriately completes the request.\n\n### Instruction:\nQ\n\n###"
                        + " Input:\nI\n\n### Response:[A</s>]",
                shown(new AlpacaTemplate(), Conversation.of("Q\n\n### Input:\nI", "A", "f:1")));
    }

    private static String refusal(PromptTemplate template, Conversation conversation) {
        return assertThrows(DataException.class, () -> template.render(conversation, "</s>"))
                .getMessage();
    }

    @Test
    void strictLayoutsRefuseTwoQuestionsInARow() {
        Conversation odd = new Conversation(
                List.of(new Message("user", "a"), new Message("user", "b"), new Message("assistant", "c")), "f:9");
        for (PromptTemplate template : List.of(new GemmaTemplate(), new VicunaTemplate(), new AlpacaTemplate())) {
            assertTrue(refusal(template, odd).startsWith("f:9: " + template + " wants user and assistant in turn"));
        }
    }

    static List<PromptTemplate> templates() {
        return List.of(
                new AlpacaTemplate(),
                new QuestionAnswerTemplate(),
                new GemmaTemplate(),
                new Gemma3Template(),
                new Llama3Template(),
                new Llama3Template("1 Jan 2026"),
                new Phi3Template(),
                new Qwen2Template(Qwen2Template.QWEN2),
                new Qwen3Template(),
                new VicunaTemplate());
    }

    @ParameterizedTest
    @MethodSource("templates")
    void thePromptIsTheTextBeforeTheAnswer(PromptTemplate template) {
        String text = template.render(ONE, "</s>").stream().map(Segment::text).collect(Collectors.joining());
        String prompt = template.prompt(new Conversation(ONE.messages().subList(0, 1), "f:1"), "</s>");
        assertTrue(text.startsWith(prompt), prompt);
        String answer = text.substring(prompt.length()).replace("<think>\n\n</think>", "");
        assertTrue(answer.strip().startsWith("A"), text);
    }

    @ParameterizedTest
    @MethodSource("templates")
    void provenanceRoundTrips(PromptTemplate template) {
        Helpers.testProvenanceMarshalling(template.getProvenance());
        Helpers.testConfigurableRoundtrip(template);
    }
}

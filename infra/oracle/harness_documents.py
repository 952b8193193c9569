#!/usr/bin/env python3
"""Makes small documents in the schemas of data sets, for tasks of lm-evaluation-harness itself.

    venv/bin/python infra/oracle/harness_documents.py DIRECTORY
    venv/bin/python infra/oracle/prompts.py DIRECTORY/spec.json DIRECTORY/golden.json

Writes DIRECTORY/data/*.jsonl and DIRECTORY/spec.json, which names about eighty tasks of sixty
families, 0, 1 and 5 shots, with and without a chat template.
"""
import json
import pathlib
import random
import sys

R = random.Random(20)
WORDS = ("amber birch cedar delta ember fjord grove heron inlet jetty knoll larch maple nimbus otter "
         "pebble quartz raven sable thorn umber vetch willow xenon yarrow zephyr café naïve").split()


def words(n):
    return " ".join(R.choice(WORDS) for _ in range(n))


def sentence(n=8):
    return words(n).capitalize() + "."


def options(n):
    return [sentence(3) for _ in range(n)]


def letters(n):
    return "ABCDEFGHIJ"[:n]


def labelled(n):
    return {"text": options(n), "label": list(letters(n))}


def hellaswag(i):
    return {"ind": i, "activity_label": words(2).title(), "ctx_a": sentence() + (" [header] x" if i % 3 else ""),
            "ctx_b": ["then " + words(2), "", "WE " + words(2)][i % 3], "ctx": sentence(),
            "endings": [f" {words(4)} [title] {words(2)}  ." if k % 2 else f"[substeps] {words(3)}." for k in range(4)],
            "source_id": f"wiki~{i}", "split": "val", "split_type": "indomain", "label": str(i % 4)}


def blank(i):
    a, b = R.sample(WORDS, 2)
    return {"sentence": f"The {a} saw the {b} when _ came , {words(3)} .", "option1": a, "option2": b, "answer": str(1 + i % 2)}


def race(i):
    problem = lambda k: {"question": f"{sentence(4)[:-1]}  _  ." if k % 2 else f"What's \"{words(2)}\"?",
                         "answer": letters(4)[(i + k) % 4], "options": options(4)}
    return {"article": sentence(30), "problems": str([problem(k) for k in range(1 + i % 3)])}


def trivia(i):
    name = words(1)
    return {"question": words(6), "question_id": f"q{i}", "question_source": "own", "entity_pages": {"doc_source": [], "filename": []},
            "answer": {"aliases": [name, f"{name}'s", 'the "' + name + '"'][:1 + i % 3], "normalized_aliases": [name], "value": name}}


def gpqa(i):
    return {"Record ID": f"r{i}", "Question": sentence(9) + f" [{i}] x", "Correct Answer": f" {words(3)}\n",
            "Incorrect Answer 1": sentence(2), "Incorrect Answer 2": None if i % 4 == 3 else f"{words(1)}  [title] y", "Incorrect Answer 3": f"[a] {words(2)}"}


def pro(i):
    options_ = [f" {o} " for o in options(10 if i % 2 else 4)]
    at = i % len(options_)
    return {"question_id": i, "question": sentence(), "options": options_, "answer": letters(10)[at], "answer_index": at,
            "cot_content": f"A: Let's think step by step. {sentence(6)} The answer is ({letters(10)[at]}).",
            "category": ["biology", "computer science", "law"][i % 3], "src": "own"}


def musr(i):
    choices = options(2 + i % 2)
    return {"narrative": sentence(25), "question": f"Who {words(3)}?", "choices": str(choices), "answer_index": i % len(choices),
            "answer_choice": choices[i % len(choices)]}


def mc(k):
    n = 3 + k % 4
    return {"choices": options(n), "labels": [1] + [0] * (n - 1)}


def mc2(k):
    n = 4 + k % 9
    return {"choices": options(n), "labels": [int(j < 2) for j in range(n)]}


def belebele(i):
    return {"link": "l", "question_number": i, "flores_passage": sentence(20), "question": f" {words(5)}? ",
            **{f"mc_answer{k}": words(2) for k in range(1, 5)}, "correct_answer_num": str(1 + i % 4), "dialect": "eng_Latn", "ds": "d"}


def lettered(i, question, answer):
    return {question: f" {sentence()} ", **{c: words(2) for c in "ABCD"}, answer: letters(4)[i % 4]}


def wic(i):
    s = words(6)
    at = s.index(" ")
    return {"word": s[:at], "sentence1": s, "sentence2": words(6), "start1": 0, "start2": 0, "end1": at, "end2": 3, "idx": i, "label": i % 2}


def local(i):
    return {"question": f" {sentence()}", **{f"option_{c}": words(2) for c in "abcd"}, "answer": letters(4)[i % 4]}


PAGE = "= Title =\n\n he said : \" it 's a 3 @.@ 5 @,@ 000 well @-@ known ( odd ) thing \" ; the [ x ] cats ' { y } N ° 5 . \n = = Part = = \n"

SETS = {
    "Rowan/hellaswag": (["train", "validation"], hellaswag),
    "allenai/ai2_arc": (["train", "validation", "test"], lambda i: {"id": f"i{i}", "question": sentence(), "choices": labelled(3 + i % 3), "answerKey": letters(3)[i % 3]}),
    "allenai/winogrande": (["train", "validation"], blank),
    "baber/piqa": (["train", "validation"], lambda i: {"goal": sentence(), "sol1": sentence(), "sol2": sentence(), "label": i % 2}),
    "aps/super_glue/boolq": (["train", "validation"], lambda i: {"question": words(6), "passage": sentence(20), "idx": i, "label": i % 2}),
    "aps/super_glue/copa": (["train", "validation"], lambda i: {"premise": f" {sentence()} ", "choice1": sentence(4), "choice2": "É" + sentence(4), "question": ["cause", "effect"][i % 2], "idx": i, "label": i % 2}),
    "aps/super_glue/cb": (["train", "validation"], lambda i: {"premise": sentence(), "hypothesis": words(5), "idx": i, "label": i % 3}),
    "aps/super_glue/wic": (["train", "validation"], wic),
    "nyu-mll/glue/rte": (["train", "validation"], lambda i: {"sentence1": sentence(), "sentence2": sentence(), "label": i % 2, "idx": i}),
    "nyu-mll/glue/cola": (["train", "validation"], lambda i: {"sentence": sentence(), "label": i % 2, "idx": i}),
    "nyu-mll/glue/sst2": (["train", "validation"], lambda i: {"sentence": words(8) + " ", "label": i % 2, "idx": i}),
    "nyu-mll/glue/qqp": (["train", "validation"], lambda i: {"question1": sentence(), "question2": sentence(), "label": i % 2, "idx": i}),
    "allenai/openbookqa": (["train", "validation", "test"], lambda i: {"id": f"i{i}", "question_stem": words(7), "choices": labelled(4), "answerKey": letters(4)[i % 4]}),
    "allenai/sciq": (["train", "validation", "test"], lambda i: {"question": sentence(), "distractor3": words(1), "distractor1": words(2), "distractor2": words(1), "correct_answer": words(2), "support": ["", " \n" + sentence(20)][i % 2]}),
    "tau/commonsense_qa": (["train", "validation"], lambda i: {"id": f"i{i}", "question": f" {words(6)}?", "question_concept": words(1), "choices": {"label": list(letters(5)), "text": options(5)}, "answerKey": letters(5)[i % 5]}),
    "lighteval/siqa": (["train", "validation"], lambda i: {"context": sentence(), "question": words(4) + "?", **{f"answer{c}": words(3) for c in "ABC"}, "label": str(1 + i % 3)}),
    "truthfulqa/truthful_qa": (["validation"], lambda i: {"question": sentence(), "mc1_targets": mc(i), "mc2_targets": mc2(i)}),
    "cais/mmlu": (["test", "validation", "dev"], lambda i: {"question": f" {sentence()} ", "subject": "anatomy", "choices": options(4), "answer": i % 4}),
    "cais/wmdp": (["test"], lambda i: {"answer": i % 4, "question": sentence(), "choices": options(4)}),
    "TIGER-Lab/MMLU-Pro": (["validation", "test"], pro),
    "openai/gsm8k": (["train", "test"], lambda i: {"question": sentence(), "answer": f"{sentence()} <<3*{i}={3 * i}>>{3 * i}\n#### {3 * i}"}),
    "SaylorTwift/bbh": (["test"], lambda i: {"input": f"not ( {words(2)} ) is", "target": str(i % 2 == 0)}),
    "Idavidrein/gpqa": (["train"], gpqa),
    "TAUR-Lab/MuSR": (["murder_mysteries", "object_placements", "team_allocation"], musr),
    "mandarjoshi/trivia_qa": (["train", "validation"], trivia),
    "google-research-datasets/nq_open": (["train", "validation"], lambda i: {"question": words(6), "answer": [words(2), f"it's {words(1)}", 'a "b"'][:1 + i % 3]}),
    "EleutherAI/lambada_openai": (["test"], lambda i: {"text": words(25)}),
    "EleutherAI/wikitext_document_level": (["train", "validation", "test"], lambda i: {"page": (PAGE + words(20)) * (1 + i % 2)}),
    "EleutherAI/race": (["test"], race),
    "openlifescienceai/medmcqa": (["train", "validation"], lambda i: {"id": f"i{i}", "question": words(8), "opa": words(2), "opb": words(1), "opc": str(i), "opd": "None of these", "cop": i % 4, "choice_type": "single", "exp": None if i % 2 else words(3), "subject_name": "Anatomy", "topic_name": None}),
    "EleutherAI/logiqa": (["train", "validation", "test"], lambda i: {"label": f"{letters(4)[i % 4].lower()}\n", "context": sentence(20), "question": words(6) + "?", "options": options(4)}),
    "juletxara/mgsm": (["train", "test"], lambda i: {"question": ("Question: " if i % 2 else "") + sentence(), "answer": f"Step-by-Step Answer: {words(4)}." if i % 2 else None, "answer_number": 3 * i, "equation_solution": None}),
    "facebook/xnli": (["train", "validation"], lambda i: {"premise": words(8), "hypothesis": words(6), "label": i % 3}),
    "allenai/swag": (["train", "validation"], lambda i: {"video-id": f"v{i}", "fold-ind": str(i), "startphrase": sentence() + " She", "sent1": sentence(), "sent2": "She", "gold-source": "gold", **{f"ending{k}": words(4) for k in range(4)}, "label": i % 4}),
    "facebook/anli": (["train_r1", "dev_r1", "test_r1"], lambda i: {"uid": f"u{i}", "premise": sentence(20), "hypothesis": sentence(), "label": i % 3, "reason": ""}),
    "facebook/belebele": (["test"], belebele),
    "nyu-mll/blimp": (["train"], lambda i: {"sentence_good": sentence(), "sentence_bad": sentence(), "field": "syntax", "pair_id": i, "simple_LM_method": True}),
    "cambridgeltl/xcopa": (["validation", "test"], lambda i: {"premise": sentence(), "choice1": sentence(4), "choice2": sentence(4), "question": ["cause", "effect"][i % 2], "label": i % 2, "idx": i, "changed": False}),
    "Muennighoff/xwinograd": (["test"], blank),
    "hails/agieval-aqua-rat": (["test"], lambda i: {"query": f"Q: {sentence()} Answer Choices: {words(3)}\nA: Among A through E, the answer is", "choices": [f"({c}){words(1)}" for c in "ABCDE"], "gold": [i % 5]}),
    "hails/agieval-sat-en": (["test"], lambda i: {"query": f"{sentence(20)}\nQ: {words(5)}", "choices": [f"({c}){words(2)}" for c in "ABCD"], "gold": [i % 4, 2][:1 + i % 2]}),
    "hails/agieval-math": (["test"], lambda i: {"query": f"Q: {sentence()}\nA: The answer is", "answer": ["3", "\\frac{1}{2}", "x=\\sqrt3"][i % 3], "level": "1", "type": "Algebra"}),
    "EleutherAI/headqa": (["train", "validation", "test"], lambda i: {"name": "n", "year": "2013", "category": "biology", "qid": i, "qtext": sentence(), "ra": 1 + i % 4, "answers": [{"aid": k + 1, "atext": words(2)} for k in range(4)]}),
    "NeelNanda/pile-10k": (["train"], lambda i: {"text": words(30), "meta": {"pile_set_name": "own"}}),
    "haonan-li/cmmlu": (["test", "dev"], lambda i: lettered(i, "Question", "Answer")),
    "ceval/ceval-exam": (["test", "val", "dev"], lambda i: {"id": i, **lettered(i, "question", "answer"), "explanation": ""}),
    "HAERAE-HUB/KMMLU": (["train", "dev", "test"], lambda i: {"question": f" {words(6)}", "answer": 1 + i % 4, **{c: words(2) for c in "ABCD"}, "Category": "Accounting"}),
    "CohereForAI/Global-MMLU": (["test", "dev"], lambda i: {"sample_id": f"s{i}", "subject": ["anatomy", "astronomy"][i % 2], "subject_category": "STEM", **local(i)}),
    "CohereLabs/Global-MMLU-Lite": (["test", "dev"], lambda i: {"sample_id": f"s{i}", "subject": "x", "subject_category": ["Business", "Social Sciences"][i % 2], **local(i)}),
    "openai/MMMLU": (["test"], lambda i: {"Unnamed: 0": i, "Subject": ["anatomy", "anatomy_test.csv_sw-KE.csv", "astronomy_test-x"][i % 3], **lettered(i, "Question", "Answer")}),
    "CohereForAI/include-base-44": (["test", "validation"], lambda i: {"language": "Albanian", "domain": ["Arts & Humanities", "STEM"][i % 2], **local(i), "answer": i % 4}),
    "meta-llama/Llama-3.1-8B-Instruct-evals": (["latest"], lambda i: {"subtask_name": f"mmlu_de_chat.{['anatomy', 'astronomy'][i % 2]}", "input_final_prompts": [sentence()], "input_correct_responses": [letters(4)[i % 4]], "input_question": sentence(), "input_choice_list": {c: words(2) for c in "ABCD"}}),
    "NiniCat/MMLU-SR": (["train", "test"], lambda i: {"question": sentence(), **{f"choice{k}": words(2) if i % 3 or k < 4 else None for k in range(1, 5)}, "answer": f"{letters(4)[i % 4]} "}),
    "li-lab/MMLU-ProX": (["validation", "test"], lambda i: {"question_id": i, "question": sentence(), **{f"option_{k}": words(2) if k < 4 + 2 * (i % 4) else None for k in range(10)}, "answer": letters(4)[i % 4], "answer_index": i % 4, "cot_content": f"A: Let's think step by step. {sentence()}", "category": ["biology", "computer science"][i % 2], "src": "own"}),
    "alexandrainst/m_arc": (["train", "validation", "test"], lambda i: {"id": f"i{i}", "instruction": f" [a] {sentence()}", **{f"option_{c}": words(2) if c < "d" or i % 2 else None for c in "abcde"}, "answer": letters(3)[i % 3]}),
    "alexandrainst/m_hellaswag": (["train", "val"], hellaswag),
    "alexandrainst/m_truthfulqa": (["val"], lambda i: {"question": f" {sentence()}  [x] ", "mc1_targets_choices": options(4), "mc1_targets_labels": [1, 0, 0, 0], "mc2_targets_choices": options(5), "mc2_targets_labels": [1, 1, 0, 0, 0]}),
    "ikala/tmmluplus": (["train", "validation", "test"], lambda i: lettered(i, "question", "answer")),
    "miulab/tmlu": (["dev", "test"], lambda i: {"id": f"i{i}", **lettered(i, "question", "answer"), "E": words(2) if i % 2 else None, "F": None}),
    "HiTZ/EusExams": (["test"], lambda i: {"id": i, "question": sentence(), "candidates": options(4) if i % 5 else [""] * 4, "answer": None if i % 4 == 3 else i % 4, "link": "l"}),
    "hails/bigbench": (["default"], lambda i: (lambda o: {"idx": i, "inputs": sentence(), "targets": o[:1], "multiple_choice_targets": o if i % 3 else [], "multiple_choice_scores": [1, 0, 0]})(options(3))),
    "masakhane/afrixnli": (["validation", "test"], lambda i: {"premise": sentence(), "hypothesis": sentence(), "label": i % 3}),
    "MBZUAI/ArabicMMLU": (["dev", "test"], lambda i: {"ID": i, "Source": "s", "Country": "Egypt" if i % 2 else None, "Group": "g", "Subject": "Accounting", "Level": ["Univ", None, "Prof"][i % 3], "Question": sentence(), "Context": sentence() if i % 2 else None, "Answer Key": letters(3)[i % 3], **{f"Option {k}": words(2) if k < 4 or i % 2 else None for k in range(1, 6)}}),
    "MBZUAI-Paris/DarijaMMLU": (["dev", "test"], lambda i: {"question": sentence(), "context": "" if i % 2 else sentence(), "choices": options(3 + i % 3), "answer": i % 3, "subject": "accounting", "subject_darija": words(1)}),
    "UBC-NLP/EgyMMLU": (["dev", "test"], lambda i: {"question": sentence(), "context": "" if i % 2 else sentence(), "choices": options(3 + i % 3), "answer": i % 3, "egy_subject": words(1)}),
    "dascim/GreekMMLU": (["dev", "test"], lambda i: {"question": sentence(), "choices": options(2 + i % 3), "answer": i % 2, "subject": ["Law", "Other"][i % 2], "level": "x"}),
    "fxmarty/mmlu-redux-2.0-ok": (["test"], lambda i: {"question": sentence(), "choices": options(4), "answer": i % 4}),
}

TASKS = ("hellaswag arc_easy arc_challenge winogrande piqa boolq openbookqa sciq commonsense_qa social_iqa truthfulqa_mc1 "
         "truthfulqa_mc2 mmlu_anatomy mmlu_pro_biology mmlu_pro_computer_science gsm8k gsm8k_cot "
         "bbh_cot_fewshot_boolean_expressions leaderboard_bbh_boolean_expressions leaderboard_gpqa_main gpqa_main_zeroshot "
         "leaderboard_musr_murder_mysteries leaderboard_mmlu_pro triviaqa nq_open lambada_openai wikitext race copa rte cola "
         "sst2 qqp wic cb super_glue-cb-t5-prompt medmcqa logiqa mgsm_direct_en xnli_en swag anli_r1 belebele_eng_Latn "
         "blimp_adjunct_island xcopa_it xwinograd_en agieval_aqua_rat agieval_sat_en agieval_math headqa_en pile_10k wmdp_bio "
         "cmmlu_anatomy ceval-valid_accountant kmmlu_direct_accounting mmlu_redux_anatomy_generative leaderboard_musr "
         "global_mmlu_full_am_anatomy global_mmlu_ar_business mmmlu_ar_xy_anatomy include_base_44_albanian_arts_humanities "
         "mmlu_de_llama_anatomy mmlusr_answer_only_anatomy mmlu_prox_af_biology mmlu_prox_ja_computer_science arc_ar hellaswag_ar "
         "truthfulqa_ar_mc1 truthfulqa_ar_mc2 tmmluplus_accounting tmlu_AST_biology eus_exams_es_ejadministrativo "
         "bigbench_abstract_narrative_understanding_multiple_choice afrixnli_amh_prompt_1 afrixnli_amh_prompt_2 "
         "arabicmmlu_accounting_university darijammlu_accounting egymmlu_accounting greekmmlu_accounting").split()

ONLY_ZERO = {"gpqa_main_zeroshot", "wikitext", "pile_10k"}

CHAT = """{% for m in messages %}<|{{ m.role }}|>
{{ m.content }}<|end|>
{% endfor %}{% if add_generation_prompt %}<|assistant|>
{% endif %}"""


def main(directory):
    root = pathlib.Path(directory)
    (root / "data").mkdir(parents=True, exist_ok=True)
    data = {}
    for name, (splits, make) in SETS.items():
        files = {}
        for split in splits:
            count = 12 if "train" in split or "dev" in split or len(splits) == 1 or split == "validation" else 5
            file = f"data/{name.replace('/', '--')}-{split}.jsonl"
            (root / file).write_text("".join(json.dumps(make(i), ensure_ascii=False) + "\n" for i in range(count)))
            files[split] = file
        data[name] = files
    (root / "chat.jinja").write_text(CHAT)
    few = [t for t in TASKS if t not in ONLY_ZERO]
    (root / "spec.json").write_text(json.dumps({
        "harness": True, "data": data,
        "cases": [
            {"tasks": TASKS, "shots": 0},
            {"tasks": few, "shots": 1},
            {"tasks": few, "shots": 5},
            {"tasks": TASKS, "shots": 0, "chat": "chat.jinja"},
            {"tasks": few, "shots": 1, "chat": "chat.jinja", "multiturn": True, "system": "Be brief."},
            {"tasks": few, "shots": 5, "chat": "chat.jinja", "multiturn": False, "limit": 3},
        ]}, indent=1))


if __name__ == "__main__":
    main(sys.argv[1])

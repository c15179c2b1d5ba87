import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.data.ConversationSplit;
import io.github.tribuollm.llm.data.ConversationSplit.Part;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import io.github.tribuollm.llm.reproduction.ModelReproduction;
import io.github.tribuollm.llm.token.TokenEvaluator;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import io.github.tribuollm.llm.training.Lora;
import io.github.tribuollm.llm.training.Optimisation;
import io.github.tribuollm.objectives.Objective;
import java.nio.file.Path;
import org.tribuo.sequence.SequenceModel;

/** Trains an adapter, measures it before and after, and makes it again: java FirstProgram.java CHECKPOINT ROWS */
public class FirstProgram {
    public static void main(String[] arguments) throws Exception {
        Path checkpoint = Path.of(arguments[0]);
        Gsm8kSource rows = new Gsm8kSource(Path.of(arguments[1]));
        TokenSequenceDataset train = tokens(checkpoint, new ConversationSplit(rows, 0.2, 1, Part.TRAIN));
        TokenSequenceDataset heldOut = tokens(checkpoint, new ConversationSplit(rows, 0.2, 1, Part.HELD_OUT));
        System.out.println(train);
        System.out.println(train.getExample(0));

        CausalLMTrainer trainer = new CausalLMTrainer(checkpoint, Objective.maskedMleDistill(0.75))
                .withTuning(new Lora().withRank(8).withAlpha(16))
                .withOptimisation(new Optimisation().withEpochs(2).withLearningRate(1e-3));
        try (CausalLMModel before = CausalLMModel.of(checkpoint);
                CausalLMModel after = trainer.train(train)) {
            System.out.println("before\n" + new TokenEvaluator().evaluate(before, heldOut));
            System.out.println("after\n" + new TokenEvaluator().evaluate(after, heldOut));
            after.serializeToFile(Path.of("model.tribuo"));
        }

        SequenceModel<?> loaded = SequenceModel.deserializeFromFile(Path.of("model.tribuo"));
        System.out.println(loaded);
        System.out.println(loaded.getProvenance());
        System.out.println("made again, the same to the byte: "
                + ModelReproduction.ofModel(Path.of("model.tribuo")).reproduce().identical());
    }

    private static TokenSequenceDataset tokens(Path checkpoint, ConversationSplit rows) {
        return new TokenSequenceDataset(new TokenSequenceSource(
                checkpoint, rows, new QuestionAnswerTemplate(), 256, TruncationPolicy.TRUNCATE_END));
    }
}

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * Checks PDF files against PDF/A-3a and PDF/UA-1, all in one machine.
 *
 * <p>Standard input has one path a line, and files are judged while more paths come.
 * Standard output has at the end one line for each file and profile: the path, the
 * profile, the number of checks and the rules that failed, parted by tabs; no rule means
 * that the file complies.
 */
public final class Vera {
    private static final List<PDFAFlavour> PROFILES =
            List.of(PDFAFlavour.PDFA_3_A, PDFAFlavour.PDFUA_1);

    private Vera() {}

    public static void main(String[] arguments) throws Exception {
        Logger.getLogger("").setLevel(Level.OFF);
        VeraGreenfieldFoundryProvider.initialise();
        BufferedReader paths =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        // The validator fails now and then when two threads enter it at once.
        ExecutorService judge = Executors.newSingleThreadExecutor();
        List<Future<String>> verdicts = new ArrayList<>();
        try {
            for (String line = paths.readLine(); line != null; line = paths.readLine()) {
                String path = line;
                verdicts.add(judge.submit(() -> verdict(path)));
            }
            for (Future<String> verdict : verdicts) {
                System.out.print(verdict.get());
            }
        } finally {
            // Whatever went wrong, the machine ends and its complaint is read.
            judge.shutdownNow();
        }
    }

    private static String verdict(String path) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (PDFAFlavour profile : PROFILES) {
            lines.append(path + "\t" + profile.getId() + "\t" + check(path, profile) + "\n");
        }
        return lines.toString();
    }

    private static String check(String path, PDFAFlavour profile) throws Exception {
        try (PDFAParser parser =
                        Foundries.defaultInstance().createParser(new File(path), profile);
                PDFAValidator validator =
                        Foundries.defaultInstance().createValidator(profile, false)) {
            ValidationResult result = validator.validate(parser);
            TreeSet<String> failed = new TreeSet<>();
            for (TestAssertion each : result.getTestAssertions()) {
                if (each.getStatus() == TestAssertion.Status.FAILED) {
                    failed.add(
                            each.getRuleId().getClause()
                                    + "-"
                                    + each.getRuleId().getTestNumber()
                                    + " "
                                    + each.getMessage().replaceAll("\\s+", " "));
                }
            }
            if (failed.isEmpty() && !result.isCompliant()) {
                failed.add("not compliant");
            }
            return result.getTotalAssertions() + "\t" + String.join("; ", failed);
        }
    }
}
